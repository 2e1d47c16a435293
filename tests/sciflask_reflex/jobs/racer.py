"""A process of its own that races others: ``racer.py claim NAME ID...``, ``racer.py submit OWNER STUDY KEY...``. Prints what it got."""

import json
import sys

from pipeline import tools
from sciflask_reflex.analyses import service
from sciflask_reflex.errors import Refused
from sciflask_reflex.jobs import runs


def claim(name: str, *ids: str) -> list[list[object]]:
    """Try to claim every one; return the ids and attempts that were mine."""
    return [[mine.analysis_id, mine.attempt] for analysis_id in ids if (mine := runs.claim(analysis_id, name))]


def submit(owner_id: str, study_id: str, *keys: str) -> list[str]:
    """Submit once for every key; return the ids that were accepted."""
    accepted = []
    for key in keys:
        try:
            accepted.append(service.submit(study_id, owner_id=owner_id, parameters={}, idempotency_key=key).id)
        except Refused:
            accepted.append("refused")
    return accepted


if __name__ == "__main__":
    tools()
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()  # everybody starts at once
    print(json.dumps({"claim": claim, "submit": submit}[sys.argv[1]](*sys.argv[2:])))  # noqa: T201
