"""One run of a tool from stored files to stored files: what a job does, without the queue."""

import hashlib
import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.toolkit.progress import Progress
from pipeline.toolkit.result import write_result
from pipeline.toolkit.tool import Tool


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def execute(
    tool: Tool,
    input_paths: Mapping[str, Path],
    labels: Mapping[str, str],
    parameters: Mapping[str, Any],
    folder: Path,
    *,
    filenames: Mapping[str, str] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Read the inputs, run the tool, write its result into ``folder`` and return the manifest.

    Args:
        tool: What to run.
        input_paths: Stored file of each input, by the input's name.
        labels: What the data are, in the person's words, by the input's name.
        parameters: Settings; missing ones take their defaults.
        folder: Where the result goes; made when it is not there.
        filenames: What the person called each file; goes into the manifest.
        seed: Seeds ``random`` and numpy's global generator, so that the same run gives the same numbers.
        progress: Where to report to.

    Raises:
        ParameterError: If a parameter is out of bounds.
        ToolError: If the data cannot be read or the science cannot go on.
    """
    progress = progress or Progress()
    values = tool.validate(parameters)
    progress("Reading data", 0.0)
    kinds = {slot.name: slot.kind for slot in tool.inputs}
    called = {name: (filenames or {}).get(name, Path(path).name) for name, path in input_paths.items()}
    inputs = {
        name: replace(kinds[name].read(Path(path), label=labels.get(name, "")), name=called[name])  # type: ignore[attr-defined]
        for name, path in input_paths.items()
    }
    described = [
        {
            "slot": name,
            "filename": called[name],
            "label": labels.get(name, ""),
            "sha256": _sha256(Path(input_paths[name])),
            "notes": list(getattr(table, "notes", ())),
        }
        for name, table in inputs.items()
    ]
    random.seed(seed)
    np.random.seed(seed % 2**32)  # tools that use the global generator are to be repeatable too
    result = tool(**inputs, **values, progress=progress.span(0.05, 0.9), seed=seed)
    progress("Writing the result", 0.9)
    manifest = write_result(tool, result, folder, parameters=values, inputs=described, seed=seed)
    progress("Writing the result", 1.0)
    return manifest
