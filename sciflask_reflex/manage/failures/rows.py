"""What the page of failures may show: frozen shapes, with everything in words."""

from dataclasses import dataclass

from sciflask_reflex.manage.failures.service import FaultRow, Group
from sciflask_reflex.manage.queue.rows import tool_title

CAUSES = {
    "tool": "The tool said no",
    "input": "Input damaged",
    "memory": "Out of memory",
    "walltime": "Took too long",
    "cpu": "Too much computing",
    "output": "Result too large",
    "crash": "Crashed",
    "internal": "Fault of the site",
}


@dataclass(frozen=True, slots=True)
class GroupView:
    """How many failed in one way."""

    cause: str
    cause_title: str
    tool: str
    tool_title: str
    count: int
    last: str


@dataclass(frozen=True, slots=True)
class FaultView:
    """An error of the site that nobody had foreseen."""

    fingerprint: str
    title: str
    count: int
    first: str
    last: str


def group_view(group: Group) -> GroupView:
    """Return what the table of counts shows."""
    title = CAUSES.get(group.cause, group.cause)
    return GroupView(group.cause, title, group.tool, tool_title(group.tool), group.count, group.last_at.isoformat())


def fault_view(row: FaultRow) -> FaultView:
    """Return what the list of errors shows."""
    return FaultView(row.fingerprint, row.title, row.count, row.first_at.isoformat(), row.last_at.isoformat())
