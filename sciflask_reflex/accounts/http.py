"""The addresses that forms post to. Credentials travel here, by ordinary HTTP, and nowhere else."""

from collections.abc import Callable
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from sciflask_reflex import routes
from sciflask_reflex.accounts.flash import Flash, clear_flash, set_flash
from sciflask_reflex.accounts.forms import Form, Register, SignIn
from sciflask_reflex.errors import Invalid, SciflaskError, TooLarge
from sciflask_reflex.http.asgi import client_ip
from sciflask_reflex.http.origin import ours
from sciflask_reflex.identity import service
from sciflask_reflex.identity.cookies import clear_session, session_token, set_session
from sciflask_reflex.identity.passwords import in_hash_pool
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.identity.same_site import same_site, sign_in_path
from sciflask_reflex.identity.sessions import principal_of_token
from sciflask_reflex.identity.visit import in_thread

F = TypeVar("F", bound=Form)

UNEQUAL = "The two passwords are not the same."


async def login(request: Request) -> Response:
    """Sign somebody in and send them on."""
    return await _submit(request, SignIn, routes.LOGIN, _sign_in)


async def register(request: Request) -> Response:
    """Make an account, sign the person in and send them on."""
    return await _submit(request, Register, routes.REGISTER, _register)


async def logout(request: Request) -> Response:
    """End the session, at once and on every socket."""
    if not ours(request.scope):
        return _foreign()
    await in_thread(service.sign_out, _old_token(request))
    return _go(routes.HOME, clear_session(), clear_flash())


def _sign_in(form: SignIn, ip: str, guest: Principal) -> str:
    return service.sign_in(form.email, form.password, ip=ip, guest=guest)


def _register(form: Register, ip: str, guest: Principal) -> str:
    faults: dict[str, str] = {}
    if form.password != form.confirm_password:
        faults["confirm_password"] = UNEQUAL
    try:
        service.require_registrable(form.email, form.password, form.first_name, form.last_name, accepted_terms=form.terms == "on")
    except Invalid as invalid:
        faults |= invalid.fields
    if faults:
        raise Invalid(service.LOOK_AGAIN, faults)
    return service.register(
        form.email, form.password, first_name=form.first_name, last_name=form.last_name, accepted_terms=True, ip=ip, guest=guest
    )


async def _submit(request: Request, kind: type[F], page: str, act: Callable[[F, str, Principal], str]) -> Response:
    """Read a form, act on it, and go on with a new session; or back to the form, with a sentence and all that was typed."""
    if not ours(request.scope):
        return _foreign()
    form = kind()
    try:
        form = await kind.read(request)
        token = await _act(request, form, act)
    except TooLarge as refusal:
        return PlainTextResponse(refusal.sentence, 413)
    except SciflaskError as refusal:
        return _back(page, form, refusal)
    return _go(same_site(form.next), set_session(token), clear_flash())


async def _act(request: Request, form: F, act: Callable[[F, str, Principal], str]) -> str:
    """Run the act where hashing slows nobody else; end the session that the browser had before."""
    old, ip = _old_token(request), client_ip(request.scope)
    visitor = await in_thread(principal_of_token, old)
    token = await in_hash_pool(lambda: act(form, ip, visitor))
    await in_thread(service.sign_out, old)
    return token


def _old_token(request: Request) -> str:
    return session_token(request.headers.get("cookie", ""))


def _back(page: str, form: Form, refusal: SciflaskError) -> Response:
    """Go back to the form. What was typed comes along, but for the passwords."""
    faults = refusal.fields if isinstance(refusal, Invalid) else {}
    flash = Flash(page, refusal.sentence, faults, form.shown_again())
    return _go(sign_in_path(form.next).replace(routes.LOGIN, page, 1), set_flash(flash))


def _go(path: str, *cookies: str) -> Response:
    response = RedirectResponse(path, 303, {"cache-control": "no-store"})
    for cookie in cookies:
        response.headers.append("set-cookie", cookie)
    return response


def _foreign() -> Response:
    return PlainTextResponse("This form was sent from another site. Open the page here and try again.", 403)


ROUTES = [
    Route(routes.AUTH_LOGIN, login, methods=["POST"]),
    Route(routes.AUTH_REGISTER, register, methods=["POST"]),
    Route(routes.AUTH_LOGOUT, logout, methods=["POST"]),
]
