"""The science: tools, found here and in installed packages. Knows nothing of the web, the database or the queue."""

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from pipeline.toolkit import Tool, ToolDefinitionError

BUILT_IN: tuple[str, ...] = ("pipeline.correlation:correlate",)
GROUP = "sciflask.tools"


def _load(target: str) -> Tool:
    module, _, name = target.partition(":")
    found = getattr(import_module(module), name, None)
    if not isinstance(found, Tool):
        message = f"{target} is no tool. Decorate the function with @tool."
        raise ToolDefinitionError(message)
    return found


@cache
def tools() -> dict[str, Tool]:
    """Return every tool by slug: the built-in ones and those of installed packages, by the same door.

    Raises:
        ToolDefinitionError: If a declaration does not hold together, or two tools share a slug.
    """
    found: dict[str, Tool] = {}
    for target in (*BUILT_IN, *sorted(point.value for point in entry_points(group=GROUP))):
        entry = _load(target)
        if entry.slug in found:
            message = f"{target}: the slug {entry.slug!r} is taken. Choose another one."
            raise ToolDefinitionError(message)
        found[entry.slug] = entry
    return found


__all__ = ["tools"]
