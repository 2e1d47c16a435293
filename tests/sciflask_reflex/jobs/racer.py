"""A process of its own that races others: claims analyses, or submits them, as soon as everybody is there."""

import os
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from pipeline import tools
from sciflask_reflex.analyses import service
from sciflask_reflex.db import engine
from sciflask_reflex.errors import Refused
from sciflask_reflex.jobs import runs
from sciflask_reflex.settings import Settings, settings


def claim(name: str, *ids: str) -> list[tuple[str, int]]:
    """Try to claim every one; return the ids and attempts that were mine."""
    return [(mine.analysis_id, mine.attempt) for analysis_id in ids if (mine := runs.claim(analysis_id, name))]


def submit(owner_id: str, study_id: str, *keys: str) -> list[str]:
    """Submit once for every key; return the ids that were accepted."""
    accepted = []
    for key in keys:
        try:
            accepted.append(service.submit(study_id, owner_id=owner_id, parameters={}, idempotency_key=key).id)
        except Refused:
            accepted.append("refused")
    return accepted


def run(order: Sequence[str], environment: Mapping[str, str], start: Barrier, answer: Connection) -> None:
    """Do what was ordered, on the site of this environment, when everybody is ready; send what came of it."""
    os.environ.clear()
    os.environ.update(environment)
    Settings.model_config["env_file"] = None
    settings.cache_clear()
    engine.cache_clear()
    tools()
    start.wait(60)
    answer.send({"claim": claim, "submit": submit}[order[0]](*order[1:]))
