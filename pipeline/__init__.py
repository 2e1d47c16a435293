"""The science: tools, found here and in installed packages. Knows nothing of the web, the database or the queue."""

import traceback
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from pipeline.toolkit import Tool, ToolDefinitionError
from pipeline.toolkit.mishaps import sentence_of

GROUP = "sciflask.tools"
NO_TOOLS = frozenset({"toolkit"})
"""Folders beside the tools that hold none."""


def _load(module: str) -> ModuleType:
    """Import a module; what is wrong with it becomes a sentence for its author."""
    try:
        return import_module(module)
    except (SyntaxError, ImportError, NameError, AttributeError, TypeError, ValueError) as error:
        text = "".join(traceback.format_exception(error))
        message = sentence_of(text, [Path("/")], Path.cwd())
        raise ToolDefinitionError(message) from error


def _here() -> Iterator[Tool]:
    """Yield the tools of this folder: whatever the ``__init__`` of a subfolder offers."""
    for name in sorted(module.name for module in iter_modules(__path__) if module.ispkg and module.name not in NO_TOOLS):
        offered = [value for value in vars(_load(f"pipeline.{name}")).values() if isinstance(value, Tool)]
        if not offered:
            message = f"pipeline/{name}/__init__.py offers no tool. Import the function that is decorated with @tool there."
            raise ToolDefinitionError(message)
        yield from offered


def _installed() -> Iterator[Tool]:
    """Yield the tools of installed packages: what their entry points name."""
    for target in sorted(point.value for point in entry_points(group=GROUP)):
        module, _, name = target.partition(":")
        found = getattr(_load(module), name, None)
        if not isinstance(found, Tool):
            message = f"{target} is no tool. Decorate the function with @tool."
            raise ToolDefinitionError(message)
        yield found


@cache
def tools() -> dict[str, Tool]:
    """Return every tool by slug: those of this folder and those of installed packages, by the same door.

    Raises:
        ToolDefinitionError: If a declaration does not hold together, or two tools share a slug.
    """
    found: dict[str, Tool] = {}
    for entry in (*_here(), *_installed()):
        if entry.slug in found:
            message = f"{entry.function.__module__}: the slug {entry.slug!r} is taken. Choose another one."
            raise ToolDefinitionError(message)
        found[entry.slug] = entry
    return found


__all__ = ["tools"]
