"""Who is asking the API, and whether they may: a bearer token with its scope, or the session cookie from one of our own pages."""

from dataclasses import dataclass

from fastapi import Request
from starlette.exceptions import HTTPException

from sciflask_reflex import audit
from sciflask_reflex.api.problems import Forbidden
from sciflask_reflex.api.threads import run
from sciflask_reflex.errors import SignInNeeded
from sciflask_reflex.http.asgi import SAFE_METHODS, bearer, client_ip
from sciflask_reflex.http.origin import foreign, ours
from sciflask_reflex.identity import sessions, tokens
from sciflask_reflex.identity.acts import actor_of
from sciflask_reflex.identity.cookies import session_token
from sciflask_reflex.identity.principal import ONLY_LOOKING, Principal

SECRET_NAMES = frozenset({"token", "access_token", "api_key", "apikey", "key", "authorization"})
NEEDED = "Sign in, or send a token: 'Authorization: Bearer sfk_...'. `sciflask token create` makes one."


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody whose right to ask was checked."""

    principal: Principal

    @property
    def owner_id(self) -> str:
        """The id of the owner that they are."""
        return self.principal.required()


def _no_secret_in_address(request: Request) -> None:
    """Refuse tokens in the address: addresses end up in logs, histories and referrers."""
    for name, value in request.query_params.multi_items():
        if value.startswith(tokens.PREFIX) or name.lower() in SECRET_NAMES:
            message = "Tokens do not belong into an address. Send it as a header, and revoke this one: it may have been written to a log."
            raise HTTPException(400, message)


def _bearer(request: Request) -> str | None:
    """Return the bearer token, None if there is no Authorization header."""
    token = bearer(request.scope)
    if token == "":
        raise SignInNeeded(NEEDED)
    return token


async def _principal(request: Request, *, may_create: bool) -> Principal:
    """Return who holds the request's credential; nobody if there is none that is good."""
    token = _bearer(request)
    if token is not None:
        return await run(tokens.principal_of_bearer, token)
    scope = request.scope
    elsewhere = foreign(scope) if request.method in SAFE_METHODS else not ours(scope)
    token = session_token(request.headers.get("cookie", ""))
    if elsewhere:
        if token:
            message = (
                "A session cookie is only good on the site's own pages. From programs, send a token as 'Authorization: Bearer sfk_...'."
            )
            raise Forbidden(message)
        raise SignInNeeded(NEEDED)
    if may_create and token:
        known = await run(sessions.principal_of_token, token)
        return known if known.is_somebody else await run(sessions.ensure_guest, token, ip=client_ip(scope))
    return await run(sessions.principal_of_token, token)


async def _asker(request: Request, scope: str, *, may_create: bool = False) -> Asker:
    _no_secret_in_address(request)
    principal = await _principal(request, may_create=may_create)
    if not principal.is_somebody:
        raise SignInNeeded(NEEDED)
    credential = _bearer(request) or session_token(request.headers.get("cookie", ""))
    audit.act_as(actor_of(principal, credential, client_ip(request.scope)))
    if not principal.may(scope):
        message = ONLY_LOOKING if principal.viewed_by else f"This token may not do that: it lacks the scope {scope!r}."
        raise Forbidden(message)
    return Asker(principal)


async def reader(request: Request) -> Asker:
    """Let in whoever may look."""
    return await _asker(request, "read")


async def submitter(request: Request) -> Asker:
    """Let in whoever may change something."""
    return await _asker(request, "submit")


async def uploader(request: Request) -> Asker:
    """Let in whoever may upload; a guest who holds our token becomes an owner now."""
    return await _asker(request, "submit", may_create=True)


async def only_json(request: Request) -> None:
    """Refuse a body that is not JSON, before it is read."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, "Send the body as JSON, with 'Content-Type: application/json'.")
