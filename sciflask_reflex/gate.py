"""One gate for every event: whatever a browser can call has a rule, and what has none is denied.

``door`` puts the rule on a handler, right under ``@rx.event``. ``Gate`` is the middleware that every event passes, whoever sent
it. ``check_policy`` stops the start-up when one of our own handlers has no door.
"""

import functools
import inspect
import logging
from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

import reflex as rx
from pydantic import BaseModel
from reflex.app import App
from reflex.istate.proxy import StateProxy
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, OnLoadInternalState, State, StateUpdate
from reflex_base.event import Event
from reflex_base.registry import RegistrationContext

from sciflask_reflex import audit
from sciflask_reflex.errors import NotFound, Refused, SciflaskError, SignInNeeded, TooOften
from sciflask_reflex.identity import payloads
from sciflask_reflex.identity.acts import actor_of, denied
from sciflask_reflex.identity.buckets import Buckets
from sciflask_reflex.identity.internals import INTERNALS, OURS
from sciflask_reflex.identity.limits import network_of
from sciflask_reflex.identity.principal import ONLY_LOOKING, Principal
from sciflask_reflex.identity.same_site import sign_in_path
from sciflask_reflex.identity.sessions import ensure_guest
from sciflask_reflex.identity.visit import Visit, in_thread, look_up, remember, session_key, this_visit

Handler = TypeVar("Handler", bound=Callable[..., Any])
Needs = Literal["anyone", "owner", "user", "admin"]
CROWD = 20
"""Visitors without a name share the limit of their network, which counts as that many people."""

TOO_FAST = "That was a little fast. Wait a moment, then try again."

logger = logging.getLogger(__name__)
_buckets = Buckets()
_current: ContextVar[tuple[str, Principal] | None] = ContextVar("current", default=None)


@dataclass(frozen=True)
class Rule:
    """Who may come through a door, with what, how often."""

    needs: Needs = "anyone"
    payload: type[BaseModel] | None = None
    per_minute: float = 240
    reads: bool = False
    """Whether it only shows something: then an admin who looks at the site as somebody else may come through, too."""
    files: int = 1
    """How many files one upload may bring, where it takes any."""


class PolicyError(Exception):
    """A handler can be called by the whole internet and nobody said by whom."""


def current() -> Principal:
    """Return who sent the event under way. Only inside a handler with a door."""
    known = _current.get()
    if known is None or known[0] != this_visit().event:
        message = "current() is known only inside an event handler that has a door."
        raise LookupError(message)
    return known[1]


def door(
    needs: Needs = "anyone", *, payload: type[BaseModel] | None = None, per_minute: float = 240, reads: bool = False, files: int = 1
) -> Callable[[Handler], Handler]:
    """Let only those through who may, with arguments that are what they claim to be; goes right under ``@rx.event``.

    A handler that only shows something says so by ``reads``. All others are shut to an admin who looks at the site as somebody else.

    One that takes uploads gets one file at a time, unless it says by ``files`` how many.

    Without ``payload`` the arguments are checked against the handler's own type hints. A SciflaskError that the handler raises
    becomes a notice, or the way to the sign-in page. The handler becomes asynchronous, whatever it was.
    """
    rule = Rule(needs, payload, per_minute, reads, files)

    def mark(fn: Handler) -> Handler:
        through = _stream(fn, rule) if inspect.isasyncgenfunction(fn) or inspect.isgeneratorfunction(fn) else _call(fn, rule)
        through.__door__ = rule  # pyright: ignore[reportFunctionMemberAccess]
        return cast("Handler", through)

    return mark


def rule_of(fn: Any) -> Rule | None:
    """Return the rule of a handler's function, or None."""
    return getattr(fn, "__door__", None)


def _call(fn: Callable[..., Any], rule: Rule) -> Callable[..., Any]:
    @functools.wraps(fn)
    async def through(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        try:
            values = await _admit(fn, rule, args, kwargs)
            answer = fn(self, **values)
            return await answer if inspect.isawaitable(answer) else answer
        except SciflaskError as refusal:
            return await _turn_away(self, fn, refusal)

    return through


def _stream(fn: Callable[..., Any], rule: Rule) -> Callable[..., Any]:
    @functools.wraps(fn)
    async def through(self: Any, /, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        try:
            values = await _admit(fn, rule, args, kwargs)
            answers = fn(self, **values)
            if inspect.isasyncgen(answers):
                async for answer in answers:
                    yield answer
            else:
                for answer in answers:
                    yield answer
        except SciflaskError as refusal:
            yield await _turn_away(self, fn, refusal)

    return through


async def _admit(fn: Callable[..., Any], rule: Rule, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the checked arguments for whoever may come through; raises a SciflaskError for everybody else."""
    visit = this_visit()
    principal = await look_up(visit)
    audit.act_as(actor_of(principal, visit.token, visit.ip))
    _slow_down(fn.__qualname__, visit, principal, rule.per_minute)
    if principal.viewed_by and not rule.reads:
        raise Refused(ONLY_LOOKING)
    if rule.needs == "owner" and not principal.is_somebody:
        principal = await in_thread(lambda: ensure_guest(visit.token, ip=visit.ip))
        remember(visit, principal)
        audit.act_as(actor_of(principal, visit.token, visit.ip))
    _require(rule.needs, principal)
    values = payloads.read(fn, rule.payload, args, kwargs)
    _current.set((visit.event, principal))
    return values


def _require(needs: Needs, principal: Principal) -> None:
    if needs == "anyone":
        return
    if not principal.is_somebody or (needs in ("user", "admin") and not principal.signed_in):
        raise SignInNeeded
    if needs == "admin" and not principal.is_admin:
        raise NotFound


def _slow_down(what: str, visit: Visit, principal: Principal, per_minute: float) -> None:
    """Raise TooOften for whoever acts faster than people do."""
    if principal.is_somebody:
        allowed = _buckets.take((what, principal.owner_id), per_minute)
    else:
        network = network_of(visit.ip)
        allowed = _buckets.take((what, network), per_minute, people=CROWD) and _buckets.take((what, network, visit.client), per_minute)
    if not allowed:
        raise TooOften(TOO_FAST, 5)


async def _turn_away(state: Any, fn: Callable[..., Any], refusal: SciflaskError) -> Any:
    """Answer a refusal: with the way to the sign-in page, or with a notice. What looks like trying doors is written down."""
    denied(fn.__qualname__, refusal)
    # The state's own handlers have doors: a late import closes the circle.
    from sciflask_reflex.identity.state import SessionState

    if isinstance(refusal, SignInNeeded):
        return rx.redirect(sign_in_path(this_visit().path))
    if isinstance(state, StateProxy):
        async with state:
            (await state.get_state(SessionState)).notice = refusal.sentence
    else:
        (await state.get_state(SessionState)).notice = refusal.sentence
    return None


class Gate(Middleware):
    """Every event passes here, before its handler: from a socket, from an upload, or started by a handler."""

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:
        """Deny what has no rule; wipe a tab's state when the session behind it is another one."""
        visit = this_visit()
        fn = RegistrationContext.get().event_handlers[event.name].handler.fn
        internal = INTERNALS.get(f"{fn.__module__}.{fn.__qualname__}")
        if rule_of(fn) is None:
            who = network_of(visit.ip)
            if internal is None or not internal.admits(event.payload):
                if _buckets.take(("log", who), 20):
                    logger.warning("Denied an event without a rule: %s", event.name[-64:].encode("unicode_escape").decode())
                return StateUpdate()
            limited = _buckets.take((event.name, who), internal.per_minute, people=CROWD) and _buckets.take(
                (event.name, visit.client), internal.per_minute
            )
            if not limited:
                return StateUpdate()
        principal = await look_up(visit)
        root = cast("State", state._get_root_state())  # noqa: SLF001 - Reflex has no public way
        wiped = await bind(root, session_key(visit, principal))
        return await _start_again(root) if wiped and internal is None else None


async def bind(root: State, key: str) -> bool:
    """Tie a tab's state to one session. Returns whether it belonged to another one, and was wiped."""
    from sciflask_reflex.identity.state import SessionState

    session = await root.get_state(SessionState)
    if session._bound == key:  # noqa: SLF001 - the gate keeps it
        return False
    foreign = session._bound is not None  # noqa: SLF001
    if foreign:
        hydrated = root.is_hydrated
        for kind in list(RegistrationContext.get().base_states.values()):
            await root.get_state(kind)  # a state in Redis is loaded piece by piece, and only what is loaded can be wiped
        root.reset()
        root.is_hydrated = hydrated
    session = await root.get_state(SessionState)
    session._bound = key  # noqa: SLF001
    return foreign


async def _start_again(root: State) -> StateUpdate:
    """Show the emptied state and load the page anew, for whoever is there now."""
    delta = await root._get_resolved_delta()  # noqa: SLF001
    root._clean()  # noqa: SLF001
    return StateUpdate(delta=delta, events=Event.from_event_type(OnLoadInternalState.on_load_internal))


def check_policy() -> None:
    """Raise PolicyError, naming the handler, when one of ours can be called without a rule or takes anything whatever."""
    for name, registered in RegistrationContext.get().event_handlers.items():
        fn = registered.handler.fn
        if fn.__module__.partition(".")[0] not in OURS:
            continue
        rule = rule_of(fn)
        if rule is None:
            message = f"{name} can be called by anybody: put @door(...) under its @rx.event, or start its name with an underscore."
            raise PolicyError(message)
        if rule.payload is None and (loose := payloads.unannotated(fn)):
            message = f"{name} takes anything as {', '.join(loose)}: annotate it, or give its door a payload model."
            raise PolicyError(message)
