"""Everything that the site keeps of one person, as a zip that is made while it is sent: nothing is stored, little is held in memory."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlmodel import Session, SQLModel, col, select

from sciflask_reflex import storage
from sciflask_reflex.api.names import safe_name, unique_names
from sciflask_reflex.db import reading
from sciflask_reflex.errors import NotFound
from sciflask_reflex.identity.models import Account, ApiToken, LinkedIdentity, Passkey, SessionDetail
from sciflask_reflex.models import Analysis, AuditEvent, Owner, Share, Status, Study, StudyInput, Upload

PIECE_BYTES = 256 * 1024
PACKED = frozenset({".npy", ".tiles", ".png", ".zip", ".gz", ".pdf", ".xlsx"})
EVENTS_AT_ONCE = 500
README = """This is everything that {site} keeps of you.

account.json     who you are, what you agreed to, sessions, API tokens, sign-in identities (no secret is in it)
activity.jsonl   what happened in your account, one event a line
studies/         each study: study.json and the files as you uploaded them
  analyses/      each analysis of it: analysis.json (parameters, status, manifest) and the files of its result
uploads/         files that became no study yet

A table of very many rows lies there packed (for each column a file .npy, which NumPy reads; names in .json); its CSV is not
here. Download it from the page of its result, or from the address that the API gives it.

A file that was lost or damaged on the server is named in MISSING.txt.
"""


@dataclass
class _Pipe:
    """What a zip is written into: keeps the bytes until they are taken."""

    pieces: list[bytes] = field(default_factory=list)

    def write(self, data: bytes) -> int:
        """Take bytes."""
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: bytes are taken, not pushed."""

    def taken(self) -> bytes:
        """Return what came since the last time."""
        data, self.pieces = b"".join(self.pieces), []
        return data


def takeout(owner_id: str, site: str) -> Iterator[bytes]:
    """Yield the zip of a person's things, piece by piece; a row or a file that goes meanwhile is left out, and said so."""
    pipe, missing = _Pipe(), list[str]()
    with ZipFile(pipe, "w", ZIP_DEFLATED) as archive:  # pyright: ignore[reportCallIssue, reportArgumentType] - a pipe is all it needs
        for step in _steps(owner_id, site, missing):
            for _ in step(archive):
                if data := pipe.taken():
                    yield data
        if missing:
            archive.writestr(_entry("MISSING.txt"), "".join(f"{name}\n" for name in missing))
    yield pipe.taken()


Step = Callable[[ZipFile], Iterator[None]]


def _steps(owner_id: str, site: str, missing: list[str]) -> Iterator[Step]:
    """Yield what adds one file each. Rows are read a study at a time."""
    yield _text("README.txt", README.format(site=site))
    yield _text("account.json", _json(_account(owner_id)))
    yield _activity(owner_id)
    with reading() as session:
        studies = session.exec(select(Study.id, Study.name).where(Study.owner_id == owner_id).order_by(col(Study.created_at))).all()
    for (study_id, _), folder in zip(studies, _folders(studies), strict=True):
        yield from _study(study_id, owner_id, f"studies/{folder}", missing)
    with reading() as session:
        uploads = session.exec(select(Upload).where(Upload.owner_id == owner_id, Upload.sha256 != "")).all()
    names = unique_names({upload.id: upload.filename for upload in uploads})
    yield from (_file(f"uploads/{names[upload.id]}", storage.staging(upload.id), missing) for upload in uploads)


def _study(study_id: str, owner_id: str, folder: str, missing: list[str]) -> Iterator[Step]:
    with reading() as session:
        study = session.exec(select(Study).where(Study.id == study_id, Study.owner_id == owner_id)).one_or_none()
        in_order = select(StudyInput).where(StudyInput.study_id == study_id).order_by(StudyInput.slot, col(StudyInput.position))
        inputs = session.exec(in_order).all()
        of_study = (Analysis.study_id == study_id, Analysis.owner_id == owner_id)
        analyses = session.exec(select(Analysis.id, Analysis.name).where(*of_study).order_by(col(Analysis.created_at))).all()
    if study is None:
        missing.append(folder)
        return
    yield _text(f"{folder}/study.json", _json(_row(study, "owner_id", "name_key") | {"inputs": [_row(item) for item in inputs]}))
    names = unique_names({item.place: item.filename for item in inputs})
    yield from (_file(f"{folder}/files/{names[item.place]}", storage.study_input(study_id, item.place), missing) for item in inputs)
    for (analysis_id, _), part in zip(analyses, _folders(analyses), strict=True):
        yield from _analysis(analysis_id, owner_id, f"{folder}/analyses/{part}", missing)


def _analysis(analysis_id: str, owner_id: str, folder: str, missing: list[str]) -> Iterator[Step]:
    hidden = ("owner_id", "traceback", "lease_owner", "lease_until", "idempotency_key", "not_before")
    with reading() as session:
        analysis = session.exec(select(Analysis).where(Analysis.id == analysis_id, Analysis.owner_id == owner_id)).one_or_none()
    if analysis is None:
        missing.append(folder)
        return
    yield _text(f"{folder}/analysis.json", _json(_row(analysis, *hidden)))
    files = (analysis.manifest or {}).get("files", []) if analysis.status == Status.DONE else []
    for entry in (entry for entry in files if not entry.get("made")):
        yield _file(f"{folder}/{entry['name']}", storage.result_file(analysis.id, analysis.attempt, entry["name"]), missing)


def _account(owner_id: str) -> dict[str, Any]:
    """Return what is known of the person; nothing by which somebody could sign in."""
    with reading() as session:
        owner, account = session.get(Owner, owner_id), session.get(Account, owner_id)
        if owner is None or account is None:
            thing = "account"
            raise NotFound(thing)
        sessions = session.exec(select(SessionDetail).where(SessionDetail.local_user_id == account.local_user_id)).all()
        return {
            "owner": _row(owner),
            "account": _row(account, "local_user_id", "owner_id"),
            "sessions": [_row(item, "session_sha256", "local_user_id", "viewing_owner_id", "viewing_until") for item in sessions],
            "api_tokens": _rows(session, ApiToken, owner_id, "token_sha256"),
            "identities": _rows(session, LinkedIdentity, owner_id),
            "passkeys": _rows(session, Passkey, owner_id, "credential_id", "public_key", "sign_count"),
            "shares": _rows(session, Share, owner_id, "token_sha256"),
        }


def _activity(owner_id: str) -> Step:
    def add(archive: ZipFile) -> Iterator[None]:
        last = 0
        with archive.open(_entry("activity.jsonl"), "w") as out:
            while True:
                with reading() as session:
                    mine = (AuditEvent.subject_id == owner_id) | (AuditEvent.actor_id == owner_id)
                    query = select(AuditEvent).where(mine, col(AuditEvent.id) > last).order_by(col(AuditEvent.id)).limit(EVENTS_AT_ONCE)
                    events = session.exec(query).all()
                out.write("".join(f"{json.dumps(_row(event, 'session', 'network'), ensure_ascii=False)}\n" for event in events).encode())
                yield
                if len(events) < EVENTS_AT_ONCE:
                    return
                last = events[-1].id or 0

    return add


def _rows(session: Session, table: Any, owner_id: str, *hidden: str) -> list[dict[str, Any]]:
    return [_row(item, "owner_id", *hidden) for item in session.exec(select(table).where(table.owner_id == owner_id)).all()]


def _row(row: SQLModel, *hidden: str) -> dict[str, Any]:
    values = row.model_dump(mode="json", exclude=set(hidden))
    return {name: values[name] for name in type(row).model_fields if name in values}


def _folders(named: Any) -> list[str]:
    """Return a folder name for each (id, name): numbered, so that names that differ in case alone stay apart."""
    return [f"{number:03d}_{safe_name(name, row_id)}" for number, (row_id, name) in enumerate(named, 1)]


def _text(name: str, text: str) -> Step:
    def add(archive: ZipFile) -> Iterator[None]:
        archive.writestr(_entry(name), text.encode())
        yield

    return add


def _file(name: str, path: Path, missing: list[str]) -> Step:
    """Add a stored file as it is now. One that shrinks while it is read ends early; the archive stays whole."""

    def add(archive: ZipFile) -> Iterator[None]:
        try:
            source = path.open("rb")
        except FileNotFoundError:
            missing.append(name)
            return
        with source:
            entry = _entry(name)
            entry.file_size = path.stat().st_size
            with archive.open(entry, "w") as out:
                while piece := source.read(PIECE_BYTES):
                    out.write(piece)
                    yield

    return add


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, datetime.now(UTC).timetuple()[:6])
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    entry.compress_type = ZIP_STORED if Path(name).suffix.lower() in PACKED else ZIP_DEFLATED
    return entry


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
