"""What people do with studies and uploads. Every function asks with the owner: not yours and not there are the same answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import delete as sql_delete
from sqlmodel import Session, col, select, update

from pipeline import tools
from pipeline.toolkit import Tool
from pipeline.toolkit.findings import Finding, Severity, errors_in
from pipeline.toolkit.places import slot_of, spread
from pipeline.toolkit.tables.report import CheckReport
from pipeline.toolkit.tables.source import Tell
from pipeline.toolkit.tables.wording import plural
from pipeline.toolkit.tool import InputSlot
from sciflask_reflex import audit, departed, quotas, storage
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import CheckFailed, Invalid, NotFound
from sciflask_reflex.jobs import runs, turns
from sciflask_reflex.models import ACTIVE, Analysis, Study, Upload
from sciflask_reflex.names import name_key
from sciflask_reflex.studies import shelf
from sciflask_reflex.studies.checking import Given, run_check
from sciflask_reflex.studies.examples import example_study
from sciflask_reflex.studies.intake import Intake, UploadRow, discard_upload, start_upload, uploads_of
from sciflask_reflex.studies.names import data_label, study_name
from sciflask_reflex.studies.saving import Draft, add_rows, refuse_taken_name, stored_files
from sciflask_reflex.studies.shelf import InputRow, StudyRow

__all__ = [
    "InputRow",
    "Intake",
    "StudyRow",
    "UploadRow",
    "check",
    "create",
    "delete",
    "discard_upload",
    "get",
    "list_for",
    "make_example",
    "rename",
    "start_upload",
    "uploads_of",
]


Uploads = str | Sequence[str]
"""The id of an upload, or of several in their order."""


def check(
    owner_id: str, tool: str, inputs: Mapping[str, Uploads], labels: Mapping[str, str] | None = None, tell: Tell | None = None
) -> CheckReport:
    """Check uploads (ids by input) for a tool and return all findings at once; nothing is saved and no file is changed.

    ``tell`` hears, from another thread, which part of the files lies behind.

    Raises:
        Invalid: If a needed input has no file, or an input is unknown; one sentence per input.
        NotFound: If the tool or an upload is missing, or the upload is somebody else's.
        Unavailable: If too many checks are running.
    """
    for slot, label in (labels or {}).items():
        data_label(slot, label)
    return _checked(_tool(tool), _given(owner_id, _tool(tool), inputs), tell)


def _tool(slug: str) -> Tool:
    tool = tools().get(slug)
    if tool is None:
        raise NotFound("tool")
    if not tool.inputs:
        message = f"{tool.title} takes no data, so there is no study of it. It is a live tool: open its page, or compute it."
        raise Invalid(message, {"tool": message})
    return tool


def _given(owner_id: str, tool: Tool, inputs: Mapping[str, Uploads]) -> dict[str, Given]:
    """Return the owner's files for a tool's inputs by place, in the tool's order."""
    slots = {slot.name: slot for slot in tool.inputs}
    given = {name: one for name, one in inputs.items() if one}
    faults = {name[:64]: f"{tool.title} has no input called {name[:64]!r}." for name in inputs.keys() - slots.keys()}
    faults |= {slot.name: f"Choose a file for {slot.title}." for slot in tool.inputs if slot.required and slot.name not in given}
    if tool.inputs and not given and not faults:
        faults = {tool.inputs[0].name: "Choose a file."}
    faults |= {name: fault for name in given.keys() & slots.keys() if (fault := _miscounted(slots[name], given[name]))}
    places = {} if faults else spread(tool, {slot.name: given[slot.name] for slot in tool.inputs if slot.name in given})
    if len(set(places.values())) < len(places):
        twice = [place for number, (place, one) in enumerate(places.items()) if one in list(places.values())[:number]]
        faults |= dict.fromkeys(map(slot_of, twice), "The same upload stands twice. Upload the file again if you mean it.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults)
    with reading() as session:
        return {place: _upload(session, owner_id, one) for place, one in places.items()}


def _miscounted(slot: InputSlot, given: Uploads) -> str:
    """Say what is wrong with the number of files that an input got."""
    if slot.repeated:
        return slot.count_fault(1 if isinstance(given, str) else len(given))
    return "" if isinstance(given, str) else f"{slot.title} takes one file: send one upload, not a list."


def _upload(session: Session, owner_id: str, upload_id: str) -> Given:
    """Return an upload that has arrived whole."""
    if not storage.ID.fullmatch(upload_id):
        raise NotFound("upload")
    upload = session.exec(select(Upload).where(Upload.id == upload_id, Upload.owner_id == owner_id, Upload.sha256 != "")).one_or_none()
    if upload is None or not storage.staging(upload_id).is_file():
        raise NotFound("upload")
    return Given(storage.staging(upload_id), upload.filename, upload.sha256)


def _checked(tool: Tool, given: Mapping[str, Given], tell: Tell | None = None) -> CheckReport:
    report = run_check(tool.slug, given, tell)
    held = {(slot_of(place), one.sha256) for place, one in given.items()}
    if len({sha256 for _, sha256 in held}) == len(held):
        return report
    twice = Finding(Severity.WARNING, "Two inputs hold the very same file.", "Replace one of them if that is not what you mean.")
    return replace(report, findings=[*report.findings, twice])


def create(
    owner_id: str,
    *,
    tool: str,
    name: str,
    inputs: Mapping[str, Uploads],
    labels: Mapping[str, str] | None = None,
    accept_warnings: bool = False,
) -> StudyRow:
    """Save uploads as a study, after a check of these very bytes; the uploads are used up. It is there, or nothing has changed.

    Raises:
        CheckFailed: If the check found errors, or warnings that are not accepted; carries all findings.
        Invalid: If name, labels or inputs cannot be accepted; one sentence per field.
        NotFound: If the tool or an upload is missing, or the upload is somebody else's.
        NotAllowed: If the tool is not for the owner's role.
        Refused: If the owner has as many studies as allowed.
    """
    title, definition = study_name(name), _tool(tool)
    kinds = {slot: data_label(slot, label) for slot, label in (labels or {}).items()}
    if unknown := kinds.keys() - inputs.keys():
        raise Invalid("There is a type of data for an input without a file.", dict.fromkeys(unknown, "This input has no file."))
    given = _given(owner_id, definition, inputs)
    report = _checked(definition, given)
    _refuse_findings(report, accept_warnings=accept_warnings)
    with stored_files(given) as stored, writing() as session:
        owner = quotas.locked(session, owner_id)
        quotas.refuse_tool(session, owner, tool)
        quotas.add_study(session, owner)
        refuse_taken_name(session, owner_id, title)
        uploads = [one.path.name for one in given.values()]
        mine = sql_delete(Upload).where(col(Upload.id).in_(uploads), col(Upload.owner_id) == owner_id)
        if session.exec(mine).rowcount != len(uploads):
            raise NotFound("upload")  # it became part of another study meanwhile
        add_rows(session, stored, Draft(owner_id, tool, title, given, kinds, report))
    for one in given.values():
        storage.discard(one.path)
    return get(stored.study_id, owner_id=owner_id)


def _refuse_findings(report: CheckReport, *, accept_warnings: bool) -> None:
    if errors := errors_in(report.findings):
        sentence = f"The data check found {plural(len(errors), 'error')}. Mend the files and upload them again."
        raise CheckFailed(sentence, report.findings)
    if report.warnings and not accept_warnings:
        sentence = f"The data check has {plural(len(report.warnings), 'warning')}. Accept them, or mend the files and upload them again."
        raise CheckFailed(sentence, report.findings)


def get(study_id: str, *, owner_id: str) -> StudyRow:
    """Return one study.

    Raises:
        NotFound: If there is none, or it is somebody else's.
    """
    if storage.ID.fullmatch(study_id):
        with reading() as session:
            if found := shelf.rows(session, Study.id == study_id, Study.owner_id == owner_id):
                return found[0]
    raise NotFound("study")


def list_for(owner_id: str) -> list[StudyRow]:
    """Return an owner's studies, newest first."""
    with reading() as session:
        return shelf.rows(session, Study.owner_id == owner_id)


def rename(study_id: str, name: str, *, owner_id: str) -> StudyRow:
    """Give a study another name.

    Raises:
        Invalid: If the name is empty, too long, or taken.
        NotFound: If there is none, or it is somebody else's.
    """
    title = study_name(name)
    get(study_id, owner_id=owner_id)
    with writing() as session:
        quotas.locked(session, owner_id)
        refuse_taken_name(session, owner_id, title, except_id=study_id)
        mine = (col(Study.id) == study_id, col(Study.owner_id) == owner_id)
        if session.exec(update(Study).where(*mine).values(name=title, name_key=name_key(title))).rowcount:
            audit.record(session, "study:rename", subject_id=owner_id, thing=f"study:{study_id}")
    return get(study_id, owner_id=owner_id)


def delete(study_id: str, *, owner_id: str) -> None:
    """Delete a study with its files and its analyses; those that wait or run are cancelled first.

    Raises:
        NotFound: If there is none, or it is somebody else's.
    """
    get(study_id, owner_id=owner_id)
    with reading() as session:
        of_study = select(Analysis.id, Analysis.status).where(Analysis.study_id == study_id, Analysis.owner_id == owner_id)
        analyses = session.exec(of_study).all()
    for analysis_id, status in analyses:
        if status in ACTIVE:
            runs.cancel(analysis_id, owner_id=owner_id)
    with writing() as session:
        quotas.locked(session, owner_id)
        departed.keep_study(session, study_id)
        if session.exec(sql_delete(Study).where(col(Study.id) == study_id, col(Study.owner_id) == owner_id)).rowcount == 0:
            raise NotFound("study")
        audit.record(session, "study:delete", subject_id=owner_id, thing=f"study:{study_id}", analyses=len(analyses))
        turns.ring_for(session, owner_id)
    storage.discard(storage.study_folder(study_id))
    for analysis_id, _ in analyses:
        storage.discard(storage.analysis_folder(analysis_id))


def make_example(owner_id: str, tool_slug: str) -> StudyRow:
    """Return the owner's study of a tool's example data; makes it the first time. Twice, or at once, is harmless.

    Raises:
        NotFound: If the tool is missing or has no example.
    """
    return get(example_study(owner_id, _tool(tool_slug)), owner_id=owner_id)
