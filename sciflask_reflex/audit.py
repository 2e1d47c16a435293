"""What somebody did, written in the transaction of the act: either both happen or neither. Never changed, kept for 400 days."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest
from typing import Any

from sqlmodel import Session

from sciflask_reflex.models import AuditEvent
from sciflask_reflex.secrets import subkey

KEEP_DAYS = 400
LONGEST_DETAIL = 64


@dataclass(frozen=True)
class Actor:
    """Who acts: the owner (empty: nobody known), by which session, from which address."""

    owner_id: str = ""
    session: str = ""
    """Hash of the session, of which the start is written."""
    ip: str = ""
    via: str = ""
    """By what other way than the site, as in 'cli'."""


NOBODY = Actor()
_actor: ContextVar[Actor] = ContextVar("actor", default=NOBODY)


@dataclass
class Echo:
    """A second line for what a shared service writes down: the service says what happened, this one says who had it done where."""

    tag: str
    subject_id: str | None
    thing: str
    detail: dict[str, object]
    beside: str
    written: bool = False


_echo: ContextVar[Echo | None] = ContextVar("echo", default=None)


@contextmanager
def echoing(tag: str, *, beside: str, subject_id: str | None = None, thing: str = "", **detail: object) -> Iterator[Echo]:
    """Write this line beside the first one inside that has the tag ``beside``, in the transaction of that one."""
    echo = Echo(tag, subject_id, thing, detail, beside)
    token = _echo.set(echo)
    try:
        yield echo
    finally:
        _echo.reset(token)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Let everything inside be written down as this actor's. The edges do it: the gate, the API, the forms, the commands."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def act_as(actor: Actor) -> None:
    """Let everything that follows in this task be written down as this actor's, to its end."""
    _actor.set(actor)


def actor() -> Actor:
    """Return who acts here."""
    return _actor.get()


def record(
    session: Session, tag: str, *, subject_id: str | None = None, thing: str = "", outcome: str = "success", **detail: object
) -> None:
    """Write one line within the caller's transaction.

    ``subject_id`` is the owner concerned, if another than the actor. Details are cut; never give a secret.
    """
    echo = _echo.get()
    if echo is not None and not echo.written and echo.beside == tag:
        echo.written = True
        _add(session, echo.tag, echo.subject_id or subject_id, echo.thing or thing, "success", dict(echo.detail))
    _add(session, tag, subject_id, thing, outcome, detail)


def _add(session: Session, tag: str, subject_id: str | None, thing: str, outcome: str, detail: dict[str, Any]) -> None:
    who = _actor.get()
    if who.via:
        detail["via"] = who.via
    session.add(
        AuditEvent(
            actor_id=who.owner_id or None,
            subject_id=subject_id or who.owner_id or None,
            session=who.session[:16],
            network=network_hash(who.ip),
            tag=tag,
            thing=thing[:160],
            outcome=outcome,
            detail={name: _short(value) for name, value in detail.items()},
        )
    )


def network_hash(ip: str, at: datetime | None = None) -> str:
    """Return an address so that equal ones can be told within a month, and none can be read."""
    if not ip:
        return ""
    month = (at or datetime.now(UTC)).strftime("%Y-%m")
    return digest(subkey(f"audit-network:{month}"), ip.encode("utf-8", "surrogatepass"), sha256).hex()[:32]


def _short(value: object) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = "".join(letter if letter.isprintable() else " " for letter in str(value))
    return text if len(text) <= LONGEST_DETAIL else f"{text[: LONGEST_DETAIL - 1]}…"
