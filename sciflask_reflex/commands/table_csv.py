"""``sciflask csv FOLDER TABLE``: a table of a result on this computer as CSV, narrowed if wanted."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from pipeline import tools
from pipeline.toolkit import ParameterError, StoredRows, ToolDefinitionError, Wish
from pipeline.toolkit.result import MANIFEST
from pipeline.toolkit.stored import reader_of
from sciflask_reflex.commands.run_arguments import Misused

DONE, MISUSED = 0, 2


def write_table(folder: Path, table: str, only: Sequence[str], out: Path | None) -> int:
    """Write a table of stored rows to a file, or to standard output; return the exit code: 0 done, 2 what is asked for is not there."""
    try:
        rows = _rows(folder, table.removesuffix(".csv"))
        wish = rows.wish(dict(_named(one) for one in only))
        if out is None:
            _write(rows, wish, sys.stdout.buffer)
        else:
            with out.open("xb") as file:
                _write(rows, wish, file)
    except ParameterError as fault:
        return _refused(" ".join(fault.fields.values()))
    except (Misused, ToolDefinitionError) as fault:
        return _refused(str(fault))
    except FileNotFoundError as fault:
        return _refused(f"There is no file {fault.filename}.")
    except FileExistsError:
        return _refused(f"{out} is there already. Name another file, or remove it.")
    return DONE


def _refused(sentence: str) -> int:
    sys.stderr.write(f"sciflask csv: {sentence}\n")
    return MISUSED


def _named(one: str) -> tuple[str, str]:
    name, _, value = one.partition("=")
    return name.replace("-", "_"), value


def _rows(folder: Path, table: str) -> StoredRows:
    """Return the rows of a table; raises Misused when it has none."""
    path = folder / MANIFEST
    if not path.is_file():
        message = f"{folder} holds no result: there is no {MANIFEST} in it."
        raise Misused(message)
    manifest = json.loads(path.read_text(encoding="utf-8"))
    tool = tools().get(manifest["tool"])
    if tool is None:
        message = f"The tool {manifest['tool']!r} that made this result is not installed here."
        raise Misused(message)
    found: dict[str, dict[str, Any]] = {item["name"]: item for item in manifest["outputs"] if item.get("reader")}
    if table not in found:
        message = f"This result has no table {table!r} of stored rows. It has: {', '.join(found) or 'none'}."
        raise Misused(message)
    within = folder / "results"  # as in the archive of everything
    reader = reader_of(tool, found[table]["reader"])
    try:
        return reader.open(within if within.is_dir() else folder, table)
    except ValueError as fault:
        message = f"The packed files of {table} are damaged: {fault} Unpack the archive again, or download it once more."
        raise Misused(message) from fault


def _write(rows: StoredRows, wish: Wish, file: BinaryIO) -> None:
    file.writelines(rows.csv(wish))
    file.flush()
