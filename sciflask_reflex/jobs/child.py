"""The child process of one job."""

import sys
from pathlib import Path

from sciflask_reflex import storage
from sciflask_reflex.jobs.bounds import Bounds
from sciflask_reflex.jobs.spoken import SpokenChild

COMMAND = (sys.executable, "-m", "pipeline.toolkit.job")


def job_child(order: bytes, scratch: Path, bounds: Bounds) -> SpokenChild:
    """Start a tool as the order says. The child ends when nobody holds its standard input any more."""
    own = {"TMPDIR": str(scratch), "HOME": str(scratch), "MPLCONFIGDIR": str(storage.cache_folder() / "matplotlib")}
    child = SpokenChild(COMMAND, bounds, cwd=scratch, env=own)
    child.say(order)
    return child
