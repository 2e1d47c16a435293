"""Studies as people see them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from pipeline import tools
from sciflask_reflex.models import Analysis, Study, StudyInput


@dataclass(frozen=True, slots=True)
class InputRow:
    """One stored file of a study."""

    slot: str
    title: str
    filename: str
    label: str
    bytes: int
    sha256: str
    facts: dict[str, Any] = field(repr=False)
    """What the check measured; see ``CheckReport.inputs``."""
    position: int = 0
    """0 for the only file of an input; else its place among several, from 1."""


@dataclass(frozen=True, slots=True)
class StudyRow:
    """A study with its files and what the check said about them."""

    id: str
    name: str
    tool: str
    tool_title: str
    created_at: datetime
    inputs: list[InputRow]
    findings: list[dict[str, Any]]
    is_example: bool
    analyses: int
    """How many analyses were made of it."""


def rows(session: Session, *conditions: Any) -> list[StudyRow]:
    """Return the studies that meet all conditions, newest first."""
    query = select(Study).where(*conditions).order_by(col(Study.created_at).desc(), col(Study.id).desc())
    studies = session.exec(query).all()
    chosen = select(Study.id).where(*conditions)
    inputs: dict[str, list[StudyInput]] = defaultdict(list)
    for item in session.exec(select(StudyInput).where(col(StudyInput.study_id).in_(chosen))):
        inputs[item.study_id].append(item)
    counting = select(Analysis.study_id, func.count()).where(col(Analysis.study_id).in_(chosen)).group_by(Analysis.study_id)
    counts = dict(session.exec(counting).all())
    return [_row(study, inputs[study.id], counts.get(study.id, 0)) for study in studies]


def _row(study: Study, inputs: list[StudyInput], analyses: int) -> StudyRow:
    tool = tools().get(study.tool)
    titles = {slot.name: slot.title for slot in tool.inputs} if tool else {}
    order = {name: place for place, name in enumerate(titles)}
    return StudyRow(
        id=study.id,
        name=study.name,
        tool=study.tool,
        tool_title=tool.title if tool else study.tool,
        created_at=study.created_at,
        inputs=[
            InputRow(
                item.slot, titles.get(item.slot, item.slot), item.filename, item.label, item.bytes, item.sha256, item.facts, item.position
            )
            for item in sorted(inputs, key=lambda item: (order.get(item.slot, len(order)), item.slot, item.position))
        ],
        findings=study.findings,
        is_example=study.is_example,
        analyses=analyses,
    )
