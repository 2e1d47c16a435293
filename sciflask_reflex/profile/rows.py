"""What the profile may show of a study."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
    facts = item.facts
    label = item.label or item.title
    return f"{label}: {facts['rows']} × {facts['columns']}" if facts.get("rows") is not None else label


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
