"""What the profile may show of a study."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pipeline.toolkit.kinds import extent
from pipeline.toolkit.tables.wording import plural
from sciflask_reflex import routes

if TYPE_CHECKING:
    from sciflask_reflex.studies.service import StudyRow


@dataclass(frozen=True, slots=True)
class StudyCard:
    """One row of the list of studies."""

    id: str
    name: str
    tool_title: str
    data: str
    created: str
    is_example: bool
    analyse_url: str


def _shape(item: Any) -> str:
    label, size = item.label or item.title, extent(item.facts)
    return f"{label}: {size}" if size else label


def _data(inputs: Sequence[Any]) -> str:
    """Say what a study holds: each file, and of an input with several files how many."""
    parts = []
    for _, members in groupby(inputs, key=lambda item: item.slot):
        first, *others = members
        parts.append(f"{first.label or first.title}: {plural(len(others) + 1, 'file')}" if first.position else _shape(first))
    return ", ".join(parts)


def study_card(row: "StudyRow") -> StudyCard:
    """Return what the profile shows of a study."""
    return StudyCard(
        id=row.id,
        name=row.name,
        tool_title=row.tool_title,
        data=_data(row.inputs),
        created=row.created_at.isoformat(),
        is_example=row.is_example,
        analyse_url=routes.analyse(row.id),
    )
