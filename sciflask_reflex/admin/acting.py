"""From a click in the panel to a service: off the event loop, written down beside what the service writes, and refused in a sentence."""

from collections.abc import Callable
from typing import Any, TypeVar

from anyio import to_thread
from starlette_admin.exceptions import ActionFailed, FormValidationError

from sciflask_reflex import audit
from sciflask_reflex.errors import Invalid, SciflaskError

T = TypeVar("T")


def beside(tag: str, work: Callable[[], T], *, panel_tag: str, subject_id: str | None = None, thing: str = "", **detail: Any) -> T:
    """Run a service that records ``tag``, and write the panel's own line beside it, in the same transaction."""
    with audit.echoing(panel_tag, beside=tag, subject_id=subject_id, thing=thing, **detail):
        return work()


async def act(work: Callable[[], T]) -> T:
    """Run what a button starts."""
    try:
        return await to_thread.run_sync(work)
    except SciflaskError as refusal:
        raise ActionFailed(refusal.sentence) from refusal


async def save(work: Callable[[], T], *, field: str) -> T:
    """Run what a form starts; a refusal that belongs to no field of it is shown at ``field``."""
    try:
        return await to_thread.run_sync(work)
    except Invalid as fault:
        raise FormValidationError({**fault.fields} if fault.fields else {field: fault.sentence}) from fault
    except SciflaskError as refusal:
        raise FormValidationError({field: refusal.sentence}) from refusal


def changed(before: Any, after: dict[str, Any]) -> str:
    """Return the names of the fields that differ, for the log."""
    return ",".join(name for name, value in after.items() if (getattr(before, name, None) or "") != (value or ""))
