"""An instance under its supervisor, as `sciflask up` runs it, but for the web server, which would need built pages."""

import os
import sys

from sciflask_reflex.errors import Refused
from sciflask_reflex.settings import settings
from sciflask_reflex.supervisor import claim, leftovers, plan
from sciflask_reflex.supervisor.watch import Watch


def main() -> int:
    """Run until told to stop."""
    site = settings()
    try:
        lock = claim.claim_data_folder(site)
    except Refused as error:
        sys.stderr.write(f"{error.sentence}\n")
        return 1
    book = site.data_dir / "run" / "processes.json"
    leftovers.clear(book)
    watch = Watch(lambda pids: leftovers.record(book, pids))
    watch.listen_to_signals()
    try:
        watch.add(plan.servers(site))
        for group in plan.processes(site)[1:]:
            watch.add(group)
        watch.run(lambda: True)
    finally:
        watch.stop()
        os.close(lock)
    return 0


if __name__ == "__main__":
    sys.exit(main())
