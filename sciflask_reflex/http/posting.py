"""How a form is answered: read it, act on it, go on; or back to the page, with a sentence and all that was typed but the passwords.

Credentials travel this way, by ordinary HTTP to our own origin, and no other.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from sciflask_reflex import audit
from sciflask_reflex.errors import Invalid, Refused, SciflaskError, SignInNeeded, TooLarge, TooOften
from sciflask_reflex.http.asgi import client_ip, cookie, header
from sciflask_reflex.http.flash import Flash, clear_flash, set_flash
from sciflask_reflex.http.forms import Form
from sciflask_reflex.http.origin import ours
from sciflask_reflex.identity.acts import actor_of
from sciflask_reflex.identity.cookies import DEVICE_COOKIE, session_token
from sciflask_reflex.identity.passwords import in_hash_pool
from sciflask_reflex.identity.principal import ONLY_LOOKING, Principal
from sciflask_reflex.identity.same_site import same_site, sign_in_path
from sciflask_reflex.identity.sessions import principal_of_token
from sciflask_reflex.identity.visit import in_thread

F = TypeVar("F", bound=Form)
T = TypeVar("T")
FOREIGN = "This form was sent from another site. Open the page here and try again."


@dataclass(frozen=True)
class Visitor:
    """Who sent a form, and from where."""

    principal: Principal
    token: str
    """The session token that came along, good or not."""
    ip: str
    user_agent: str = ""
    device: str = ""
    """What the browser keeps to be recognised by; empty when it is new here."""

    @property
    def actor(self) -> audit.Actor:
        """As whom the log knows them."""
        return actor_of(self.principal, self.token, self.ip)


@dataclass(frozen=True)
class Onward:
    """Where to go after a form was accepted, and the cookies to take along (whole ``Set-Cookie`` values)."""

    path: str
    cookies: tuple[str, ...] = ()
    sentence: str = ""
    """What to tell on the page that follows: it reads it as the flash of its own path."""
    values: dict[str, str] = field(default_factory=dict)
    """What that page is to show of what was typed; never a secret."""
    fragment: str = ""
    """What stands behind ``#``: no server, log or referrer ever sees it, so it may be the secret of a link."""


Act = Callable[[F, Visitor], Onward]


async def visitor_of(request: Request) -> Visitor:
    """Return who sent a request."""
    scope = request.scope
    token = session_token(header(scope, "cookie") or "")
    principal = await in_thread(principal_of_token, token)
    return Visitor(
        principal, token, client_ip(scope), (header(scope, "user-agent") or "")[:500], (cookie(scope, DEVICE_COOKIE) or "")[:100]
    )


async def submit(
    request: Request, kind: type[F], page: str, act: Act[F], *, signed_in: bool = False, while_looking: bool = False
) -> Response:
    """Answer a form that belongs to ``page``. ``act`` runs where hashing slows nobody else, and may wait for the database.

    With ``signed_in`` it is for people with an account only; nobody who looks at the site as somebody else gets through, but
    to the two forms that end that (``while_looking``).
    """
    if not ours(request.scope):
        return PlainTextResponse(FOREIGN, 403)
    form = kind()
    try:
        form = await kind.read(request)
        visitor = await visitor_of(request)
        onward = await act_as(form, visitor, act, signed_in=signed_in, while_looking=while_looking)
    except TooLarge as refusal:
        return PlainTextResponse(refusal.sentence, 413)
    except SignInNeeded:
        return go(sign_in_path(page))
    except SciflaskError as refusal:
        return _back(page, form, refusal)
    told = clear_flash()
    if onward.sentence or onward.values:
        told = set_flash(Flash(onward.path.partition("?")[0], onward.sentence, {}, onward.values, "ok"))
    return go(f"{onward.path}#{onward.fragment}" if onward.fragment else onward.path, *onward.cookies, told)


async def act_as(form: F, visitor: Visitor, act: Callable[[F, Visitor], T], *, signed_in: bool, while_looking: bool = False) -> T:
    """Return what ``act`` returns, run off the event loop as this visitor; raises Refused and SignInNeeded for those who may not."""
    if visitor.principal.viewed_by and not while_looking:
        raise Refused(ONLY_LOOKING)
    if signed_in and not visitor.principal.signed_in:
        raise SignInNeeded

    def as_this_actor() -> T:
        with audit.acting(visitor.actor):
            return act(form, visitor)

    return await in_hash_pool(as_this_actor)


def _back(page: str, form: Form, refusal: SciflaskError) -> Response:
    """Go back to the form. What was typed comes along, but for the passwords."""
    faults = refusal.fields if isinstance(refusal, Invalid) else {}
    told = set_flash(Flash(page, refusal.sentence, faults, form.shown_again()))
    target = same_site(form.next, "")
    place = sign_in_path(target).replace(sign_in_path(""), page, 1) if target else page
    if not isinstance(refusal, TooOften):
        return go(place, told)
    # A program gets the status and the time; a browser goes back to the form all the same.
    wait = {"retry-after": str(refusal.retry_after_s), "refresh": f"0; url={place}", "cache-control": "no-store"}
    answer = HTMLResponse(f"<!doctype html><title>Please wait</title><p>{refusal.sentence}</p>", 429, wait)
    answer.headers.append("set-cookie", told)
    return answer


def go(path: str, *cookies: str) -> Response:
    """Send a browser on, with cookies."""
    response = RedirectResponse(path, 303, {"cache-control": "no-store"})
    for each in cookies:
        response.headers.append("set-cookie", each)
    return response
