"""The files of a result as they lie on our disk, and the stored rows behind a CSV that is made while it is sent."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.toolkit import StoredRows
from sciflask_reflex import storage
from sciflask_reflex.analyses.shelf import AnalysisRow
from sciflask_reflex.analyses.stored_tables import Stored, rows_of
from sciflask_reflex.errors import Unavailable


def whole_file(row: AnalysisRow, entry: Mapping[str, Any]) -> Path:
    """Return where a stored file of a result lies.

    Raises:
        Unavailable: If it is gone, or does not have the size that it had.
    """
    path = storage.result_file(row.id, row.attempt, entry["name"])
    if not path.is_file() or path.stat().st_size != entry["bytes"]:
        message = f"{entry['name']} was damaged or lost on our disk. Run the analysis again, or tell the people who run this site."
        raise Unavailable(message)
    return path


def rows_behind(row: AnalysisRow, name: str) -> StoredRows | None:
    """Return the stored rows whose CSV a file is; None when it is no such file.

    Raises:
        Unavailable: If what they are read from was damaged or lost.
        Refused: If the tool that can read them is no longer installed.
    """
    output = next((item for item in row.outputs if item.get("reader") and name == f"{item['name']}.csv"), None)
    if output is None:
        return None
    entries = {item["name"]: item for item in row.files}
    packed = [whole_file(row, entries[other]) for other in output["files"] if other != name]
    return rows_of(Stored(row.tool, output["reader"], packed[0], output["name"]))
