"""Everything that belongs to a result, in one zip: the same bytes whenever it is made, checked while it is written."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlmodel import col, select

from sciflask_reflex import storage
from sciflask_reflex.api.names import safe_name, unique_names
from sciflask_reflex.api.readme import readme
from sciflask_reflex.db import reading
from sciflask_reflex.errors import NotFound, Refused, Unavailable
from sciflask_reflex.jobs.room import LEFT_FREE_BYTES
from sciflask_reflex.models import Analysis, Status, Study, StudyInput, new_id

PIECE_BYTES = 1024 * 1024
PACKED = frozenset({".npy", ".tiles", ".png", ".zip", ".gz", ".pdf"})


@dataclass
class _Archive:
    """A zip that is being written, and the checksums of what is in it."""

    zip: ZipFile
    moment: tuple[int, int, int, int, int, int]
    sums: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, pieces: Iterator[bytes], size: int) -> str:
        """Add one file from its pieces; return its SHA-256."""
        entry = ZipInfo(name, self.moment)
        entry.create_system = 3
        entry.external_attr = 0o644 << 16
        entry.compress_type = ZIP_STORED if Path(name).suffix.lower() in PACKED else ZIP_DEFLATED
        entry.file_size = size
        digest = hashlib.sha256()
        with self.zip.open(entry, "w") as out:
            for piece in pieces:
                digest.update(piece)
                out.write(piece)
        self.sums[name] = digest.hexdigest()
        return self.sums[name]

    def add_text(self, name: str, text: str) -> None:
        """Add one file of text."""
        raw = text.encode()
        self.add(name, iter([raw]), len(raw))

    def add_file(self, name: str, path: Path, sha256: str) -> None:
        """Add a stored file.

        Raises:
            Unavailable: If it is gone, or is no longer what it was.
        """
        try:
            size = path.stat().st_size
            with path.open("rb") as source:
                found = self.add(name, iter(lambda: source.read(PIECE_BYTES), b""), size)
        except FileNotFoundError:
            found = ""
        if found != sha256:
            message = f"{name} was damaged or lost on our disk, so the archive cannot be made. Tell the people who run this site."
            raise Unavailable(message)


def _moment(when: datetime | None) -> tuple[int, int, int, int, int, int]:
    if when is None:
        return (1980, 1, 1, 0, 0, 0)
    return (when.year, when.month, when.day, when.hour, when.minute, when.second - when.second % 2)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def _load(analysis_id: str, owner_id: str) -> tuple[Analysis, Study, list[StudyInput]]:
    mine = (
        select(Analysis, Study)
        .join(Study, col(Study.id) == col(Analysis.study_id))
        .where(Analysis.id == analysis_id, Analysis.owner_id == owner_id)
    )
    with reading() as session:
        found = session.exec(mine).one_or_none()
        if found is None:
            raise NotFound("analysis")
        analysis, study = found
        query = select(StudyInput).where(StudyInput.study_id == study.id).order_by(col(StudyInput.slot), col(StudyInput.position))
        inputs = session.exec(query).all()
    return analysis, study, list(inputs)


def _fill(archive: _Archive, analysis: Analysis, names: dict[str, StudyInput], text: str) -> None:
    manifest = analysis.manifest or {}
    archive.add_text("README.txt", text)
    archive.add_text("parameters.json", _json(_settings(analysis, manifest, names)))
    archive.add_text("versions.json", _json(manifest.get("versions", {})))
    archive.add_text("manifest.json", _json(manifest))
    for name, item in names.items():
        archive.add_file(f"inputs/{name}", storage.study_input(item.study_id, item.place), item.sha256)
    for entry in manifest.get("files", []):
        if entry.get("made"):
            continue  # the README says so, and how its rows are read from the files that are here
        path = storage.result_file(analysis.id, analysis.attempt, entry["name"])
        archive.add_file(f"results/{entry['name']}", path, entry["sha256"])
    archive.add_text("CHECKSUMS.sha256", "".join(f"{found}  {name}\n" for name, found in sorted(archive.sums.items())))


def _settings(analysis: Analysis, manifest: Mapping[str, Any], names: Mapping[str, StudyInput]) -> dict[str, Any]:
    """Return what made the result: tool, parameters, seed, and the files of each input in their order."""
    inputs: dict[str, Any] = {}
    for name, item in names.items():
        if item.position:
            inputs.setdefault(item.slot, []).append(f"inputs/{name}")
        else:
            inputs[item.slot] = f"inputs/{name}"
    labels = {item.slot: item.label for item in names.values() if item.label}
    return {"tool": analysis.tool, "parameters": analysis.parameters, "seed": manifest.get("seed"), "inputs": inputs, "labels": labels}


def bundle(analysis_id: str, *, owner_id: str) -> tuple[Path, str]:
    """Return the zip of a finished analysis and a name for it; made by one rename, and kept beside the result for an hour.

    Raises:
        NotFound: If there is no such analysis, or it is somebody else's.
        Refused: If it has no result.
        Unavailable: If a stored file is not what it was, or there is too little room for the archive.
    """
    analysis, study, inputs = _load(analysis_id, owner_id)
    if analysis.status != Status.DONE or analysis.manifest is None:
        message = "There is no result to download yet."
        raise Refused(message)
    places = unique_names({item.place: item.filename for item in inputs})
    names = {places[item.place]: item for item in inputs}
    text = readme(analysis, study, names)
    path = storage.result_bundle(analysis.id, analysis.attempt, hashlib.sha256(text.encode()).hexdigest()[:32])
    if not path.exists():
        _write(path, analysis, names, text)
    return path, f"{safe_name(analysis.name, 'analysis')}.zip"


def _require_room(analysis: Analysis, names: Mapping[str, StudyInput]) -> None:
    """Raise Unavailable if an archive that packs nothing smaller would take what the database on the same disk may need."""
    wanted = sum(item.bytes for item in names.values()) + sum(file["bytes"] or 0 for file in (analysis.manifest or {}).get("files", []))
    if shutil.disk_usage(storage.root()).free - wanted < LEFT_FREE_BYTES:
        message = "There is too little room on our disk to make the archive. Download the files one by one, or try again in an hour."
        raise Unavailable(message)


def _write(path: Path, analysis: Analysis, names: dict[str, StudyInput], text: str) -> None:
    _require_room(analysis, names)
    draft = path.with_name(f".{new_id()}.part")
    try:
        with storage.new_file(draft) as handle, os.fdopen(handle, "wb", closefd=False) as out, ZipFile(out, "w", ZIP_DEFLATED) as archive:
            _fill(_Archive(archive, _moment(analysis.finished_at)), analysis, names, text)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
