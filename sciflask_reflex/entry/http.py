"""The addresses that the forms at the entry post to."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sciflask_reflex import routes
from sciflask_reflex.entry.forms import Register, SignIn
from sciflask_reflex.errors import Invalid
from sciflask_reflex.http.forms import Form
from sciflask_reflex.http.posting import Onward, Visitor, submit
from sciflask_reflex.identity import service
from sciflask_reflex.identity.cookies import clear_session, set_session
from sciflask_reflex.identity.same_site import same_site

UNEQUAL = "The two passwords are not the same."


async def login(request: Request) -> Response:
    """Sign somebody in and send them on."""
    return await submit(request, SignIn, routes.LOGIN, _sign_in)


async def register(request: Request) -> Response:
    """Make an account, sign the person in and send them on."""
    return await submit(request, Register, routes.REGISTER, _register)


async def logout(request: Request) -> Response:
    """End the session, at once and on every socket."""
    return await submit(request, Form, routes.HOME, _sign_out, while_looking=True)


def _sign_in(form: SignIn, visitor: Visitor) -> Onward:
    token = service.sign_in(form.email, form.password, ip=visitor.ip, guest=visitor.principal)
    return _begin(token, form, visitor)


def _register(form: Register, visitor: Visitor) -> Onward:
    faults: dict[str, str] = {}
    if form.password != form.confirm_password:
        faults["confirm_password"] = UNEQUAL
    try:
        service.require_registrable(form.email, form.password, form.first_name, form.last_name, accepted_terms=form.terms == "on")
    except Invalid as invalid:
        faults |= invalid.fields
    if faults:
        raise Invalid(service.LOOK_AGAIN, faults)
    token = service.register(
        form.email,
        form.password,
        first_name=form.first_name,
        last_name=form.last_name,
        accepted_terms=True,
        ip=visitor.ip,
        guest=visitor.principal,
    )
    return _begin(token, form, visitor)


def _begin(token: str, form: Form, visitor: Visitor) -> Onward:
    """Go on with a new session; the one that the browser had before ends."""
    service.sign_out(visitor.token)
    return Onward(same_site(form.next), (set_session(token),))


def _sign_out(form: Form, visitor: Visitor) -> Onward:
    service.sign_out(visitor.token)
    return Onward(routes.HOME, (clear_session(),))


ROUTES = [
    Route(routes.AUTH_LOGIN, login, methods=["POST"]),
    Route(routes.AUTH_REGISTER, register, methods=["POST"]),
    Route(routes.AUTH_LOGOUT, logout, methods=["POST"]),
]
