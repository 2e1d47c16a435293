"""What people do with analyses. Every function asks with the owner: not yours and not there are the same answer."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import delete as sql_delete
from sqlalchemy import func
from sqlmodel import Session, col, select, update

from pipeline import tools
from pipeline.toolkit import ParameterError, Tool
from pipeline.toolkit.parameters import Columns, in_all
from sciflask_reflex import audit, departed, quotas, storage
from sciflask_reflex.analyses.shelf import ANALYSIS, AnalysisRow, get, kept_until, list_for, require_id
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, NotFound, Refused
from sciflask_reflex.jobs import events, runs, turns
from sciflask_reflex.jobs.causes import TOOL_GONE
from sciflask_reflex.models import LONGEST_NAME, Analysis, Outbox, Owner, Status, Study, StudyInput, new_id

__all__ = ["AnalysisRow", "cancel", "columns_of", "delete", "get", "kept_until", "list_for", "rename", "result_path", "submit"]

STUDY, FILE = "study", "file"
LONGEST_KEY = 100


def submit(
    study_id: str, *, owner_id: str, name: str = "", parameters: Mapping[str, Any], idempotency_key: str | None = None
) -> AnalysisRow:
    """Put an analysis into the queue; it is there, or nothing is. The same key again gives the same analysis, however often.

    Raises:
        NotFound: If the study is missing or somebody else's.
        Invalid: If parameters or name cannot be accepted; one sentence per field.
        NotAllowed: If the tool is not for the owner's role.
        Refused: If the owner has as many analyses as allowed, or the tool is no longer installed.
    """
    require_id(STUDY, study_id)
    key = new_id() if idempotency_key is None else _checked_key(idempotency_key)
    columns = _columns_of_study(study_id, owner_id, parameters)
    with writing() as session:
        owner = quotas.locked(session, owner_id)
        query = select(Analysis.id).where(Analysis.owner_id == owner_id, Analysis.idempotency_key == key)
        analysis_id = session.exec(query).one_or_none()
        is_new = analysis_id is None
        if analysis_id is None:
            analysis_id = _insert(session, owner, study_id, name, parameters, key, columns)
    if is_new:
        events.publish(owner_id, analysis_id, status=Status.QUEUED)
    return get(analysis_id, owner_id=owner_id)


def columns_of(tool: Tool, study_id: str) -> dict[str, Columns]:
    """Return the names of the columns, by kind, of each input whose columns are the choices of a parameter. Reads the stored files.

    Of an input with several files, the columns that all of them have.
    """
    wanted = {p.column_of for p in tool.parameters if p.column_of}
    if not wanted:
        return {}
    with reading() as session:
        mine = (StudyInput.study_id == study_id, col(StudyInput.slot).in_(wanted))
        inputs = session.exec(select(StudyInput).where(*mine).order_by(col(StudyInput.position))).all()
    kinds: dict[str, Any] = {slot.name: slot.kind for slot in tool.inputs}
    found: dict[str, list[Columns]] = {}
    for item in inputs:
        path = storage.study_input(study_id, item.place)
        if item.slot in kinds and path.is_file():
            found.setdefault(item.slot, []).append(kinds[item.slot].columns(path, item.facts))
    return {slot: in_all(columns) for slot, columns in found.items()}


def _columns_of_study(study_id: str, owner_id: str, parameters: Mapping[str, Any]) -> dict[str, Columns]:
    """Look before the transaction: files are not read while others wait for the lock, nor where no column is chosen."""
    with reading() as session:
        slug = session.exec(select(Study.tool).where(Study.id == study_id, Study.owner_id == owner_id)).one_or_none()
    tool = tools().get(slug or "")
    chosen = [p for p in tool.parameters if p.column_of and parameters.get(p.name, p.default)] if tool else []
    return columns_of(tool, study_id) if tool and chosen else {}


def _insert(
    session: Session, owner: Owner, study_id: str, name: str, parameters: Mapping[str, Any], key: str, columns: Mapping[str, Columns]
) -> str:
    study = session.exec(select(Study).where(Study.id == study_id, Study.owner_id == owner.id)).one_or_none()
    if study is None:
        raise NotFound(STUDY)
    tool = tools().get(study.tool)
    if tool is None:
        raise Refused(TOOL_GONE)
    quotas.refuse_tool(session, owner, tool.slug)
    try:
        values = tool.validate(parameters, role=owner.role, columns=columns)
    except ParameterError as error:
        sentence = "Some parameters cannot be accepted."
        raise Invalid(sentence, error.fields) from None
    title = _checked_name(name) or f"{tool.title} {_count(session, Analysis.study_id == study.id) + 1}"
    quotas.add_analysis(session, owner)
    analysis = Analysis(
        study_id=study.id, owner_id=owner.id, tool=study.tool, name=title[:LONGEST_NAME], parameters=values, idempotency_key=key
    )
    session.add(analysis)
    session.flush()
    session.add(Outbox(analysis_id=analysis.id))
    audit.record(session, "analysis:submit", subject_id=owner.id, thing=f"analysis:{analysis.id}", tool=study.tool)
    return analysis.id


def _count(session: Session, *conditions: Any) -> int:
    return session.exec(select(func.count()).select_from(Analysis).where(*conditions)).one()


def _checked_key(key: str) -> str:
    if not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        sentence = f"An idempotency key must be 1 to {LONGEST_KEY} printable ASCII characters."
        raise Invalid(sentence, {"idempotency_key": sentence})
    return key


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME or not name.isprintable():
        sentence = f"A name must have at most {LONGEST_NAME} characters, and no control characters."
        raise Invalid(sentence, {"name": sentence})
    return name


def cancel(analysis_id: str, *, owner_id: str) -> AnalysisRow:
    """Cancel what waits or runs; what is over stays as it is.

    Raises:
        NotFound: If there is none, or it is somebody else's.
    """
    require_id(ANALYSIS, analysis_id)
    if runs.cancel(analysis_id, owner_id=owner_id) is None:
        raise NotFound(ANALYSIS)
    return get(analysis_id, owner_id=owner_id)


def rename(analysis_id: str, name: str, *, owner_id: str) -> AnalysisRow:
    """Give an analysis another name.

    Raises:
        Invalid: If the name is empty or too long.
        NotFound: If there is none, or it is somebody else's.
    """
    require_id(ANALYSIS, analysis_id)
    if not (name := _checked_name(name)):
        raise Invalid("A name is needed.", {"name": "A name is needed."})
    with writing() as session:
        mine = (col(Analysis.id) == analysis_id, col(Analysis.owner_id) == owner_id)
        if session.exec(update(Analysis).where(*mine).values(name=name)).rowcount:
            audit.record(session, "analysis:rename", subject_id=owner_id, thing=f"analysis:{analysis_id}")
    return get(analysis_id, owner_id=owner_id)


def delete(analysis_id: str, *, owner_id: str) -> None:
    """Delete an analysis with its result. One that runs is cancelled first: its worker finds the row gone, and stops.

    Raises:
        NotFound: If there is none, or it is somebody else's.
    """
    require_id(ANALYSIS, analysis_id)
    runs.cancel(analysis_id, owner_id=owner_id)
    with writing() as session:
        mine = sql_delete(Analysis).where(col(Analysis.id) == analysis_id, col(Analysis.owner_id) == owner_id)
        departed.keep_analyses(session, col(Analysis.id) == analysis_id, col(Analysis.owner_id) == owner_id)
        if session.exec(mine).rowcount == 0:
            raise NotFound(ANALYSIS)
        audit.record(session, "analysis:delete", subject_id=owner_id, thing=f"analysis:{analysis_id}")
        turns.ring_for(session, owner_id)
    storage.discard(storage.analysis_folder(analysis_id))
    events.publish(owner_id, analysis_id, status=events.DELETED)


def result_path(analysis_id: str, name: str, *, owner_id: str) -> Path:
    """Return the path of one file of a finished analysis, if its manifest names it and it is there.

    Raises:
        NotFound: If there is no such file, or the analysis is somebody else's.
    """
    row = get(analysis_id, owner_id=owner_id)
    if row.status != Status.DONE or name not in _names(row.files):
        raise NotFound(FILE)
    path = storage.result_file(analysis_id, row.attempt, name)
    if not path.is_file():
        raise NotFound(FILE)
    return path


def _names(files: Sequence[Mapping[str, Any]]) -> set[str]:
    return {str(file["name"]) for file in files}
