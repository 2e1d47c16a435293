"""The outputs of a tool as files, one writer for each kind of output."""

import dataclasses
import hashlib
import json
import math
import mimetypes
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.toolkit.csvtext import write_csv
from pipeline.toolkit.effort import DRAWING
from pipeline.toolkit.errors import ToolDefinitionError
from pipeline.toolkit.outputs import Figure, File, Matrix, Metrics, Network, Structure3D, Table, Text
from pipeline.toolkit.progress import Progress
from pipeline.toolkit.stored import MOST_CSV_ROWS, StoredRows, reader_of
from pipeline.toolkit.tool import OutputSlot, Tool

MANIFEST = "manifest.json"
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
MEDIA_TYPES = {"csv": "text/csv", "json": "application/json", "png": "image/png", "svg": "image/svg+xml"}


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it: numpy numbers and arrays as Python's, NaN and infinities as None."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def write_json(path: Path, content: Any, *, indent: int | None = None) -> None:
    """Write a value as JSON, always the same bytes for the same value; numpy numbers as Python's, NaN as null."""
    separators = (",", ":") if indent is None else (",", ": ")
    path.write_text(json.dumps(plain(content), ensure_ascii=False, allow_nan=False, indent=indent, separators=separators), encoding="utf-8")


def _safe_name(name: str, tool: Tool, taken: set[str]) -> str:
    if not NAME.fullmatch(name) or name == MANIFEST or name in taken:
        message = f"{tool.slug}, output file {name!r}: taken, reserved or not a safe name. Use letters, digits, dot, hyphen and underscore, once each."
        raise ToolDefinitionError(message)
    taken.add(name)
    return name


WRITERS = {
    Table: "table",
    Matrix: "table",
    Figure: "figure",
    Network: "network",
    Structure3D: "structure",
    Text: "text",
    File: "file",
}


class Writer:
    """Writes one output after another and remembers what the manifest has to say about them."""

    def __init__(self, tool: Tool, folder: Path, *, durable: bool) -> None:
        self.tool, self.folder, self.durable = tool, folder, durable
        self.progress = Progress()
        self.taken: set[str] = set()
        self.files: list[dict[str, Any]] = []
        self.outputs: list[dict[str, Any]] = []
        self.metrics: dict[str, dict[str, Any]] = {}
        self.notes: list[str] = []

    def path(self, name: str) -> Path:
        """Return where a file of this name goes; it is taken from now on.

        Raises:
            ToolDefinitionError: If the name is unsafe, reserved or taken.
        """
        return self.folder / _safe_name(name, self.tool, self.taken)

    def finish(self, path: Path, title: str, media_type: str | None = None) -> str:
        """Put the file on disk for good, note its size and digest, and return its name."""
        with path.open("rb") as file:
            if self.durable:
                os.fsync(file.fileno())
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        known = media_type or MEDIA_TYPES.get(path.suffix[1:]) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        self.files.append({"name": path.name, "bytes": path.stat().st_size, "sha256": digest, "media_type": known, "title": title})
        return path.name

    def table(self, slot: OutputSlot, value: Table | Matrix) -> list[str]:
        """Write a table or matrix as CSV, or stored rows as they are packed. Return the names of its files."""
        if isinstance(value, Table) and value.stored is not None:
            return self._stored(slot, value.stored)
        return self._csv(f"{slot.name}.csv", value.frame, slot.title, names=isinstance(value, Matrix))

    def _csv(self, name: str, frame: Any, title: str, *, names: bool = False) -> list[str]:
        path = self.path(name)
        if guarded := write_csv(frame, path, names=names):
            self.notes.append(
                f"{path.name}: {guarded} text {'cells that a' if guarded > 1 else 'cell that a'} spreadsheet could run as a formula "
                f"{'carry' if guarded > 1 else 'carries'} a leading apostrophe."
            )
        return [self.finish(path, title)]

    def _stored(self, slot: OutputSlot, rows: StoredRows) -> list[str]:
        """Put stored rows beside the other files; a CSV file of them is written where they are few, else it is made when somebody wants it."""
        if reader_of(self.tool, rows.reader()) is not type(rows):
            message = (
                f"{self.tool.slug}, output {slot.name!r}: {rows.reader()} has to be a class that can be imported, to read these rows again."
            )
            raise ToolDefinitionError(message)
        path = self.path(f"{slot.name}.csv")
        if len(rows) <= MOST_CSV_ROWS:
            with path.open("wb") as file:
                file.writelines(rows.csv())
            names = [self.finish(path, slot.title)]
        else:
            made = {"bytes": None, "sha256": None, "media_type": MEDIA_TYPES["csv"], "title": slot.title, "made": True}
            self.files.append({"name": path.name} | made)
            names = [path.name]
        if rows.guarded:
            carry = (
                "texts that a spreadsheet could run as formulas carry"
                if rows.guarded > 1
                else "text that a spreadsheet could run as a formula carries"
            )
            self.notes.append(f"{path.name}: {rows.guarded} {carry} a leading apostrophe.")
        for packed in rows.save(self.folder, slot.name):
            _safe_name(packed.name, self.tool, self.taken)
            names.append(self.finish(packed, f"{slot.title} (packed: {packed.name.removeprefix(slot.name + '.')})"))
        return names

    def figure(self, slot: OutputSlot, value: Figure) -> list[str]:
        """Write a figure: what the browser draws, its still pictures, and its tiles where it has them. Return the names of its files."""
        interactive = self.path(f"{slot.name}.json")
        write_json(interactive, value.drawing())
        names = [self.finish(interactive, f"{slot.title} (interactive)")]
        drawing = DRAWING if value.tiles else 1.0
        for done, suffix in enumerate(("png", "svg") if value.draw is not None else (), 1):
            self.progress(f"Writing {slot.title}", drawing * done / 3)
            path = self.path(f"{slot.name}.{suffix}")
            value.draw(path)  # type: ignore[misc]
            names.append(self.finish(path, f"{slot.title} ({suffix.upper()})"))
        if value.tiles is not None:
            from pipeline.toolkit.tiles import write_tiles

            path = self.path(f"{slot.name}.tiles")
            write_tiles(value.tiles, path, lambda done: self.progress(f"Writing {slot.title}", DRAWING + (1 - DRAWING) * done))
            names.append(self.finish(path, f"{slot.title} (every cell, to zoom into)"))
        return names

    def network(self, slot: OutputSlot, value: Network) -> list[str]:
        """Write a network: its picture, and nodes and edges as CSV. Return the names of its files."""
        from pipeline.toolkit.netdraw import drawn

        picture, cut = drawn(value)
        path = self.path(f"{slot.name}.json")
        write_json(path, picture)
        names = [self.finish(path, f"{slot.title} (interactive)")]
        self.notes += [f"{slot.title}: {cut}"] if cut else []
        for part in ("nodes", "edges"):
            names += self._csv(f"{slot.name}_{part}.csv", getattr(value, part), f"{slot.title} ({part})")
        return names

    def structure(self, slot: OutputSlot, value: Structure3D) -> list[str]:
        """Write molecules as PDB. Return the names of its files."""
        path = self.path(f"{slot.name}.pdb")
        path.write_text(value.pdb, encoding="ascii", errors="replace", newline="\n")
        names = [self.finish(path, slot.title, "chemical/x-pdb")]
        if value.weights or value.names:
            about = self.path(f"{slot.name}.models.json")
            write_json(about, {"names": list(value.names), "weights": list(value.weights)})
            names.append(self.finish(about, f"{slot.title} (models)"))
        return names

    def text(self, slot: OutputSlot, value: Text) -> list[str]:
        """Write a text. Return the names of its files."""
        path = self.path(f"{slot.name}.txt")
        path.write_text(value.text.rstrip() + "\n", encoding="utf-8", newline="\n")
        return [self.finish(path, slot.title, "text/plain; charset=utf-8")]

    def file(self, slot: OutputSlot, value: File) -> list[str]:
        """Write a file as the tool made it. Return the names of its files."""
        path = self.path(value.name)
        path.write_bytes(value.content)
        return [self.finish(path, slot.title, value.media_type)]

    def add(self, slot: OutputSlot, value: Any) -> None:
        """Write one output."""
        if not isinstance(value, slot.kind):
            message = f"{self.tool.slug}, output {slot.name!r}: expected a {slot.kind.__name__}, got {type(value).__name__}."
            raise ToolDefinitionError(message)
        rows = columns = None
        names: list[str] = []
        if isinstance(value, Metrics):
            self.metrics |= {name: dataclasses.asdict(metric) for name, metric in value.items.items()}
        else:
            names = getattr(self, WRITERS[type(value)])(slot, value)
        if isinstance(value, Table | Matrix):
            rows, columns = value.shape if isinstance(value, Table) else value.frame.shape
        elif isinstance(value, Network):
            rows, columns = len(value.nodes), len(value.edges)
        self.outputs.append(
            {
                "name": slot.name,
                "kind": slot.kind.kind,  # type: ignore[attr-defined]
                "title": slot.title,
                "caption": getattr(value, "caption", "") or slot.caption,
                "section": slot.section,
                "files": names,
                "rows": rows,
                "columns": columns,
            }
            | (_told(value.stored) if isinstance(value, Table) and value.stored is not None else {})
        )


def _told(rows: StoredRows) -> dict[str, Any]:
    return {"reader": rows.reader(), "filters": [dataclasses.asdict(one) for one in rows.filters]}
