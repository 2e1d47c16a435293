"""A tool's result as files and a manifest. The same result gives the same bytes: no times, no random ids."""

import os
import platform
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path
from typing import Any

from pipeline.toolkit.effort import shares
from pipeline.toolkit.errors import ToolDefinitionError
from pipeline.toolkit.progress import Progress
from pipeline.toolkit.tool import Tool
from pipeline.toolkit.writer import MANIFEST, Writer, plain, write_json

PACKAGES = ("sciflask-reflex", "numpy", "scipy", "pandas", "matplotlib", "emcee")


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that the numbers depend on."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def of_package(tool: Tool) -> dict[str, str]:
    """Return name and version of the package that brought a tool; nothing for the tools of this project."""
    home = tool.function.__module__.partition(".")[0]
    brought = (point.dist for point in entry_points(group="sciflask.tools") if point.module.partition(".")[0] == home)
    return {package.name: package.version for package in brought if package}


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_result(
    tool: Tool,
    result: Any,
    folder: Path,
    *,
    parameters: Mapping[str, Any],
    inputs: Sequence[Mapping[str, Any]],
    seed: int,
    durable: bool = True,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write what a tool returned into a folder, the manifest last, and return the manifest.

    A table or matrix ``x`` becomes ``x.csv``; a figure ``x`` becomes ``x.json`` (Plotly's data and layout, NaN as null)
    and, when the tool draws it, ``x.png`` and ``x.svg``. A table of stored rows moves its files there; with more than 200,000 rows
    its ``x.csv`` is named in the manifest without size and digest (``made``), and made from the rows when somebody wants it.
    Outputs that are None are left out. Everything is on disk (fsync) when this returns, unless it is not meant to last, and the
    manifest is written last: a folder without one is no result.

    Args:
        tool: What made the result.
        result: The dataclass that the tool's function returned.
        folder: Where to write; made when it is not there.
        parameters: The settings of the run, complete.
        inputs: For each input ``slot filename label sha256 notes``.
        seed: The seed of the run.
        durable: Whether the files must survive a power cut.
        progress: Where to report to while large files are written.

    Raises:
        ToolDefinitionError: If an output has the wrong kind, or a file's name is unsafe or taken twice.
    """
    folder.mkdir(parents=True, exist_ok=True)
    writer = Writer(tool, folder, durable=durable)
    values = [slot.of(result) for slot in tool.outputs]
    for slot, value, writer.progress in zip(tool.outputs, values, shares(values, progress or Progress()), strict=True):
        if value is None and slot.required:
            message = f"{tool.slug}, output {slot.name!r}: nothing was returned, but it is not declared optional. Annotate it with | None."
            raise ToolDefinitionError(message)
        if value is not None:
            writer.add(slot, value)
    manifest: dict[str, Any] = plain(
        {
            "tool": tool.slug,
            "parameters": dict(parameters),
            "seed": seed,
            "versions": versions() | of_package(tool),
            "inputs": [dict(item) for item in inputs],
            "notes": [*getattr(result, "notes", ()), *writer.notes],
            "outputs": writer.outputs,
            "metrics": writer.metrics,
            "files": writer.files,
        }
    )
    path = folder / MANIFEST
    write_json(path, manifest, indent=1)
    if durable:
        with path.open("rb") as file:
            os.fsync(file.fileno())
        _sync_folder(folder)
    return manifest
