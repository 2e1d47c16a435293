"""One run of a tool from stored files to stored files: what a job does, without the queue."""

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.toolkit.errors import ToolError
from pipeline.toolkit.inputs import SampleTable
from pipeline.toolkit.places import gathered, position_of, slot_of, spread
from pipeline.toolkit.progress import Progress
from pipeline.toolkit.result import write_result
from pipeline.toolkit.tool import Tool

READ = 0.05
"""The part of a run that reading its inputs is said to take."""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(tool: Tool, place: str, path: Path, label: str, name: str, progress: Progress) -> Any:
    kind: Any = next(slot.kind for slot in tool.inputs if slot.name == slot_of(place))
    how = {"progress": progress} if kind is SampleTable else {}
    try:
        return replace(kind.read(path, label=label, **how), name=name)
    except ToolError as fault:
        if not position_of(place):
            raise
        message = f"{name}: {fault}"
        raise ToolError(message) from fault


def _of_tool(progress: Progress) -> Progress:
    """Return what a tool reports to: its 0 to 1 lies between reading and writing."""

    def pass_on(stage: str, fraction: float, line: str) -> None:
        if line:
            progress.log(line)
        else:
            progress(stage, READ + (1 - own.writing - READ) * fraction)

    own = Progress(pass_on)
    return own


def execute(
    tool: Tool,
    input_paths: Mapping[str, Path | Sequence[Path]],
    labels: Mapping[str, str],
    parameters: Mapping[str, Any],
    folder: Path,
    *,
    filenames: Mapping[str, Any] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    durable: bool = True,
) -> dict[str, Any]:
    """Read the inputs, run the tool, write its result into ``folder`` and return the manifest.

    Args:
        tool: What to run.
        input_paths: Stored file of each input, by the input's name, several in a list; or by place.
        labels: What the data are, in the person's words, by the input's name.
        parameters: Settings; missing ones take their defaults.
        folder: Where the result goes; made when it is not there.
        filenames: What the person called each file, by the same names; goes into the manifest.
        seed: Seeds ``random`` and numpy's global generator, so that the same run gives the same numbers.
        progress: Where to report to.
        durable: Whether the result must survive a power cut.

    Raises:
        ParameterError: If a parameter is out of bounds.
        ToolError: If the data cannot be read or the science cannot go on.
    """
    progress = progress or Progress()
    values = tool.validate(parameters)
    progress("Reading data", 0.0)
    paths = spread(tool, input_paths)
    called = {place: path.name for place, path in paths.items()} | spread(tool, filenames or {})
    inputs = {
        place: _read(
            tool,
            place,
            path,
            labels.get(slot_of(place), ""),
            called[place],
            progress.span(READ * at / len(paths), READ * (at + 1) / len(paths)),
        )
        for at, (place, path) in enumerate(paths.items())
    }
    described = [
        {
            "slot": slot_of(place),
            "position": position_of(place),
            "filename": called[place],
            "label": labels.get(slot_of(place), ""),
            "sha256": _sha256(paths[place]),
            "notes": list(getattr(value, "notes", ())),
        }
        for place, value in inputs.items()
    ]
    random.seed(seed)
    np.random.seed(seed % 2**32)  # tools that use the global generator are to be repeatable too
    own = _of_tool(progress)
    result = tool(**gathered(tool, inputs), **values, progress=own, seed=seed)
    written = 1 - own.writing
    progress("Writing the result", written)
    manifest = write_result(
        tool, result, folder, parameters=values, inputs=described, seed=seed, durable=durable, progress=progress.span(written, 1.0)
    )
    progress("Writing the result", 1.0)
    return manifest
