"""Queues: an analysis waits in the one that its tool names. Each is a line of its own, and a worker serves some of them, or all."""

from sqlalchemy import ColumnElement, case, literal
from sqlmodel import col

from pipeline import tools
from pipeline.toolkit.tool import DEFAULT_QUEUE
from sciflask_reflex.models import Analysis
from sciflask_reflex.settings import settings


def _named() -> dict[str, list[str]]:
    """Return the slugs of the tools of each queue but the default one, which has all others, those included that are gone."""
    named: dict[str, list[str]] = {}
    for slug, tool in tools().items():
        if tool.resources.queue != DEFAULT_QUEUE:
            named.setdefault(tool.resources.queue, []).append(slug)
    return named


def all_queues() -> tuple[str, ...]:
    """Return every queue that the tools of this site use; the default one first."""
    return (DEFAULT_QUEUE, *sorted(_named()))


def served_here() -> tuple[str, ...]:
    """Return the queues that a worker of this machine serves: those of the setting, or all."""
    wanted = settings().served_queues
    return tuple(name for name in all_queues() if name in wanted) + tuple(sorted(set(wanted) - set(all_queues()))) or all_queues()


def queue_of(slug: str) -> str:
    """Return the queue of a tool."""
    tool = tools().get(slug)
    return tool.resources.queue if tool else DEFAULT_QUEUE


def waits_in(queue: str) -> ColumnElement[bool]:
    """Return the condition that an analysis belongs to a queue."""
    named = _named()
    if queue == DEFAULT_QUEUE:
        return col(Analysis.tool).not_in([slug for slugs in named.values() for slug in slugs])
    return col(Analysis.tool).in_(named.get(queue, []))


def of_analysis() -> ColumnElement[str]:
    """Return the queue of an analysis as the database sees it."""
    named = _named()
    if not named:
        return literal(DEFAULT_QUEUE)
    return case(*[(col(Analysis.tool).in_(slugs), literal(queue)) for queue, slugs in named.items()], else_=literal(DEFAULT_QUEUE))
