"""``python -m sciflask_reflex.supervisor.declared``: load the tools afresh and say, as two digests, what of them a running site holds.

It ends with Python's own traceback when a tool cannot be loaded: see ``pipeline.toolkit.mishaps``.
"""

import hashlib
import json
import sys
from pathlib import Path

from pipeline import tools
from pipeline.toolkit import Tool, describe


def _sources(tool: Tool) -> list[Path]:
    """Return the files of the package in which a tool stands, or its module alone."""
    module = sys.modules[tool.function.__module__]
    package = sys.modules.get(module.__package__ or "")
    home = getattr(package, "__file__", None)
    return sorted(Path(home).parent.rglob("*.py")) if home else [Path(module.__file__ or "")]


def digests() -> dict[str, str]:
    """Return digests of every tool's description, which pages and commands follow from, and of the sources of live tools."""
    told = json.dumps([describe(tool) for tool in tools().values()], sort_keys=True).encode()
    live = [path.read_bytes() for tool in tools().values() if tool.live for path in _sources(tool)]
    return {"declared": hashlib.sha256(told).hexdigest(), "live": hashlib.sha256(b"\0".join(live)).hexdigest()}


if __name__ == "__main__":
    json.dump(digests(), sys.stdout)
