"""The addresses that the forms at the entry post to."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sciflask_reflex import links, routes
from sciflask_reflex.entry.arriving import arrive, browser_of
from sciflask_reflex.entry.forms import Address, Link, NewPassword, Register, SignIn
from sciflask_reflex.errors import LOOK_AGAIN, Invalid
from sciflask_reflex.http.asgi import cookie
from sciflask_reflex.http.forms import Form
from sciflask_reflex.http.posting import Onward, Visitor, submit
from sciflask_reflex.identity import by_password, forgotten, human, newcomers, passwords, registering
from sciflask_reflex.identity.cookies import clear_session
from sciflask_reflex.identity.factors.ticket import set_ticket
from sciflask_reflex.identity.registering import ChooseAnew, Newcomer
from sciflask_reflex.identity.same_site import same_site
from sciflask_reflex.identity.sessions import close_session
from sciflask_reflex.identity.signing_in import Signed

WELCOME = "Your address is confirmed, and you are signed in. Welcome."
CHOOSE_ANEW = (
    "Your address is confirmed. The account was not made in this browser, so we cannot tell whether the password is yours: choose one now."
)
CHANGED = "Your new password is set, and every session was ended. Sign in with it."


async def login(request: Request) -> Response:
    """Sign somebody in and send them on, or to their second step."""
    return await submit(request, SignIn, routes.LOGIN, _sign_in)


async def register(request: Request) -> Response:
    """Make an account that waits for the confirmation of its address, and say that we wrote to it."""
    return await submit(request, Register, routes.REGISTER, _register)


async def confirm(request: Request) -> Response:
    """Use up the link of the first mail."""
    typed = cookie(request.scope, newcomers.COOKIE) or ""
    return await submit(request, Link, routes.CONFIRM, lambda form, visitor: _confirm(form, visitor, typed))


async def confirm_again(request: Request) -> Response:
    """Send the first mail once more."""
    return await submit(request, Address, routes.CONFIRM_AGAIN, _confirm_again)


async def reset(request: Request) -> Response:
    """Write to somebody who forgot the password."""
    return await submit(request, Address, routes.RESET_PASSWORD, _reset)


async def new_password(request: Request) -> Response:
    """Set the password of somebody who has the link of that mail."""
    return await submit(request, NewPassword, routes.NEW_PASSWORD, _new_password)


async def logout(request: Request) -> Response:
    """End the session, at once and on every socket."""
    return await submit(request, Form, routes.HOME, _sign_out, while_looking=True)


def _sign_in(form: SignIn, visitor: Visitor) -> Onward:
    entry = by_password.sign_in(
        form.email,
        form.password,
        browser_of(visitor),
        remember=form.remember == "on",
        next_path=same_site(form.next, ""),
        guest=visitor.principal,
    )
    if isinstance(entry, Signed):
        return arrive(entry, visitor, form.next)
    return Onward(routes.SECOND_STEP, (set_ticket(entry.ticket),))


def _register(form: Register, visitor: Visitor) -> Onward:
    newcomer = Newcomer(form.email, form.password, form.first_name, form.last_name, form.terms == "on")
    faults = {} if form.password == form.confirm_password else {"confirm_password": passwords.UNEQUAL}
    try:
        registering.require_registrable(newcomer)
    except Invalid as invalid:
        faults |= invalid.fields
    if faults:
        raise Invalid(LOOK_AGAIN, faults)
    if human.needed_to_register():
        human.require_human(form.altcha)
    known_by = registering.register(newcomer, ip=visitor.ip)
    return Onward(routes.REGISTER_SENT, (known_by,), values={"email": form.email})


def _confirm(form: Link, visitor: Visitor, typed: str) -> Onward:
    entry = registering.confirm(form.token, browser_of(visitor), typed=typed, guest=visitor.principal)
    if isinstance(entry, ChooseAnew):
        secret = links.token_of(entry.link_id)
        return Onward(routes.NEW_PASSWORD, (newcomers.clear(),), CHOOSE_ANEW, fragment=secret)
    onward = arrive(entry, visitor, sentence=WELCOME)
    return replace(onward, cookies=(*onward.cookies, newcomers.clear()))


def _confirm_again(form: Address, visitor: Visitor) -> Onward:
    registering.send_again(form.email, ip=visitor.ip)
    return Onward(routes.REGISTER_SENT, values={"email": form.email})


def _reset(form: Address, visitor: Visitor) -> Onward:
    forgotten.request(form.email, ip=visitor.ip)
    return Onward(routes.RESET_SENT, values={"email": form.email})


def _new_password(form: NewPassword, visitor: Visitor) -> Onward:
    if form.password != form.confirm_password:
        raise Invalid(LOOK_AGAIN, {"confirm_password": passwords.UNEQUAL})
    forgotten.choose(form.token, form.password, ip=visitor.ip)
    return Onward(routes.LOGIN, sentence=CHANGED)


def _sign_out(form: Form, visitor: Visitor) -> Onward:
    close_session(visitor.token)
    return Onward(routes.HOME, (clear_session(),))


ROUTES = [
    Route(routes.AUTH_LOGIN, login, methods=["POST"]),
    Route(routes.AUTH_REGISTER, register, methods=["POST"]),
    Route(routes.AUTH_CONFIRM, confirm, methods=["POST"]),
    Route(routes.AUTH_CONFIRM_AGAIN, confirm_again, methods=["POST"]),
    Route(routes.AUTH_RESET, reset, methods=["POST"]),
    Route(routes.AUTH_NEW_PASSWORD, new_password, methods=["POST"]),
    Route(routes.AUTH_LOGOUT, logout, methods=["POST"]),
]
