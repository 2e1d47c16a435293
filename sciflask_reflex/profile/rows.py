"""What the profile may show of a study."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.toolkit.kinds import extent
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


def study_card(row: "StudyRow") -> StudyCard:
    """Return what the profile shows of a study."""
    return StudyCard(
        id=row.id,
        name=row.name,
        tool_title=row.tool_title,
        data=", ".join(_shape(item) for item in row.inputs),
        created=row.created_at.isoformat(),
        is_example=row.is_example,
        analyse_url=routes.analyse(row.id),
    )
