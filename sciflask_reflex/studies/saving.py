"""Putting a study on the shelf: files first, then the rows in one transaction. What fails leaves nothing behind."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, select

from pipeline.toolkit.places import position_of, slot_of
from pipeline.toolkit.tables.report import CheckReport
from sciflask_reflex import audit, storage
from sciflask_reflex.errors import Invalid, NotFound
from sciflask_reflex.models import Study, StudyInput, new_id
from sciflask_reflex.names import name_key
from sciflask_reflex.studies.checking import Given


@dataclass(frozen=True, slots=True)
class Draft:
    """A study that is about to be saved."""

    owner_id: str
    tool: str
    name: str
    files: Mapping[str, Given]
    """By place."""
    labels: Mapping[str, str]
    """By input."""
    report: CheckReport
    is_example: bool = False


@dataclass(slots=True)
class Stored:
    """The files of a study that is not saved yet."""

    study_id: str
    has_rows: bool = False


@contextmanager
def stored_files(files: Mapping[str, Given]) -> Iterator[Stored]:
    """Put files into the folder of a new study. The folder goes again if the block fails, or ends without rows for it.

    Open it around the transaction, so that a failing commit takes the files away, too. The files also stay where they were: a crash
    before the commit loses nothing.

    Raises:
        NotFound: If a file is gone.
    """
    stored = Stored(new_id())
    folder = storage.study_folder(stored.study_id)
    with ExitStack() as undo:
        undo.callback(storage.discard, folder)
        folder.mkdir(mode=0o700)
        for place, given in files.items():
            try:
                _put(given.path, storage.study_input(stored.study_id, place))
            except FileNotFoundError:
                raise NotFound("upload") from None  # it was discarded, or became part of another study, meanwhile
        storage.sync_folder(folder)
        storage.sync_folder(folder.parent)
        yield stored
        if stored.has_rows:
            undo.pop_all()


def _put(source: Path, target: Path) -> None:
    """Give a stored file a second name at once; files from elsewhere, and file systems without links, need a copy."""
    if source.parent == storage.staging("0" * 32).parent:
        try:
            os.link(source, target, follow_symlinks=False)
        except PermissionError:
            pass  # this file system has no links
        else:
            return
    with storage.new_file(target) as handle, source.open("rb") as origin, os.fdopen(os.dup(handle), "wb") as copy:
        shutil.copyfileobj(origin, copy)


def add_rows(session: Session, stored: Stored, draft: Draft) -> None:
    """Add the rows of a study whose files are in place; the caller holds the owner's lock."""
    study = Study(
        id=stored.study_id,
        owner_id=draft.owner_id,
        tool=draft.tool,
        name=draft.name,
        name_key=name_key(draft.name),
        is_example=draft.is_example,
        findings=[finding.as_dict() for finding in draft.report.findings],
    )
    session.add(study)
    session.flush()
    for place, given in draft.files.items():
        session.add(
            StudyInput(
                study_id=stored.study_id,
                slot=slot_of(place),
                position=position_of(place),
                filename=given.filename,
                label=draft.labels.get(slot_of(place), ""),
                bytes=storage.study_input(stored.study_id, place).stat().st_size,
                sha256=given.sha256,
                facts=draft.report.inputs.get(place, {}),
            )
        )
    thing = f"study:{stored.study_id}"
    audit.record(session, "study:create", subject_id=draft.owner_id, thing=thing, tool=draft.tool, example=draft.is_example)
    session.flush()
    stored.has_rows = True


def refuse_taken_name(session: Session, owner_id: str, name: str, except_id: str = "") -> None:
    """Raise Invalid when another study of the owner is called so; the caller holds the owner's lock."""
    query = select(Study.id).where(Study.owner_id == owner_id, Study.name_key == name_key(name), Study.id != except_id)
    if session.exec(query).first() is not None:
        sentence = "You have a study of this name already. Choose another one."
        raise Invalid(sentence, {"name": sentence})
