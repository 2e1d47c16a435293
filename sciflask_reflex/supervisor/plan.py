"""Which processes an instance consists of, in the order in which they start; they stop the other way round."""

import sys

from sciflask_reflex.settings import Settings
from sciflask_reflex.supervisor import valkey, web
from sciflask_reflex.supervisor.child import Child
from sciflask_reflex.supervisor.environment import child_environment, web_environment
from sciflask_reflex.supervisor.logs import make_log

BEHIND_THE_PAGES = 5
"""How far work in the background stands back when pages need the processor."""


def servers(site: Settings) -> list[Child]:
    """Return the embedded servers that the settings ask for; an outside server is not ours to start."""
    if not site.embedded_valkey:
        return []
    wanted = {"valkey": valkey.broker_command(site)}
    if site.web_workers > 1:
        wanted["tabs"] = valkey.tabs_command(site)
    own = child_environment(site)
    return [Child(name, command, own, 5.0, make_log(name, site.data_dir / "log", on_terminal=False)) for name, command in wanted.items()]


def processes(site: Settings) -> list[list[Child]]:
    """Return the web server, the relay and the job workers: three groups."""
    own, logs = child_environment(site), site.data_dir / "log"
    relay = [sys.executable, "-m", "sciflask_reflex.jobs.relay"]
    worker = [sys.executable, "-m", "sciflask_reflex.jobs.worker"]
    names = [f"worker-{number}" for number in range(1, site.job_workers + 1)]
    return [
        [Child("web", web.command(site), web_environment(site), web.STOP_S + 2.0, make_log("web", logs))],
        [Child("relay", relay, own, 3.0, make_log("relay", logs), BEHIND_THE_PAGES)],
        [Child(name, worker, own, 8.0, make_log(name, logs), BEHIND_THE_PAGES) for name in names],
    ]
