"""The warm child as its parent sees it: orders in, answers out."""

import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from sciflask_reflex import storage
from sciflask_reflex.jobs.bounds import Bounds
from sciflask_reflex.jobs.spoken import SpokenChild
from sciflask_reflex.settings import settings

COMMAND = (sys.executable, "-m", "pipeline.toolkit.warm")
LIFE_CPU_SECONDS = 3_600
"""CPU time of the warm child itself, which only forks; each computation has a limit of its own."""
STOP_SECONDS = 0.5

log = logging.getLogger(__name__)


class WarmChild(SpokenChild):
    """A process that has loaded the science."""

    def __init__(self, modules: Iterable[str], wake: int) -> None:
        """Start it, and have it load what computations have loaded before."""
        site, cache = settings(), storage.cache_folder()
        bounds = Bounds(LIFE_CPU_SECONDS, site.live_memory_mib, site.live_output_mib)
        own = {"HOME": str(cache), "MPLCONFIGDIR": str(cache / "matplotlib")}
        super().__init__(COMMAND, bounds, cwd=cache, env=own, wake=wake)
        self.started = self.idle_since = time.monotonic()
        self.order({"load": list(modules)})

    def order(self, order: dict[str, Any]) -> None:
        """Give an order."""
        self.say(json.dumps(order).encode() + b"\n")

    def end(self) -> None:
        """End it and all it started."""
        self.hang_up()  # it ends its computations, then itself
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        self.stop(grace=0)
        if (code := self.close()) and self.errors:
            log.warning("The warm child ended with %d: %s", code, self.errors.decode(errors="replace")[-2_000:])
