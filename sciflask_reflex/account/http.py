"""The addresses that the forms of the account page post to."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sciflask_reflex import routes
from sciflask_reflex.account import deletion
from sciflask_reflex.account.forms import Delete, Name, NewEmail, NewPassword, NewToken
from sciflask_reflex.entry.forms import Link
from sciflask_reflex.errors import Invalid
from sciflask_reflex.http.forms import Form
from sciflask_reflex.http.posting import Onward, Visitor, submit
from sciflask_reflex.http.replying import reply
from sciflask_reflex.identity import changing, session_list, tokens
from sciflask_reflex.identity.cookies import clear_session, set_session


async def name(request: Request) -> Response:
    """Give a person another name."""
    return await submit(request, Name, routes.account_section("details"), _name, signed_in=True)


async def email(request: Request) -> Response:
    """Ask the new address whether the account should move there."""
    return await submit(request, NewEmail, routes.account_section("email"), _email, signed_in=True)


async def confirm_email(request: Request) -> Response:
    """Move the account to the address whose reader pressed the button, if it is the person."""
    return await submit(request, Link, routes.CONFIRM_EMAIL, _confirm_email)


async def password(request: Request) -> Response:
    """Give a person another password; this session goes on under a new token."""
    return await submit(request, NewPassword, routes.account_section("password"), _password, signed_in=True)


async def logout_everywhere(request: Request) -> Response:
    """End every session of a person, this one included."""
    return await submit(request, Form, routes.account_section("sessions"), _logout_everywhere, signed_in=True)


async def token(request: Request) -> Response:
    """Make an API token and answer with it: once, to the script that draws it, so that it never becomes state."""
    return await reply(request, NewToken, _token)


async def delete(request: Request) -> Response:
    """Delete the account with everything in it."""
    return await submit(request, Delete, routes.account_section("data"), _delete, signed_in=True)


def _name(form: Name, visitor: Visitor) -> Onward:
    changing.change_name(visitor.principal.owner_id, form.first_name, form.last_name)
    return Onward(routes.account_section("details"), sentence="Your name was saved.")


def _email(form: NewEmail, visitor: Visitor) -> Onward:
    address = changing.request_email_change(
        visitor.principal, form.new_email, form.current_password, session_token=visitor.token, ip=visitor.ip
    )
    told = f"We wrote to {address}. Open the link in that mail within 24 hours; until then, nothing changes."
    return Onward(routes.account_section("email"), sentence=told)


def _confirm_email(form: Link, visitor: Visitor) -> Onward:
    address = changing.confirm_email_change(form.token, session_token=visitor.token, ip=visitor.ip)
    return Onward(routes.CONFIRM_EMAIL, sentence=f"Your account has the address {address} now. Sign in with it from now on.")


def _password(form: NewPassword, visitor: Visitor) -> Onward:
    new = changing.change_password(
        visitor.principal,
        form.current_password,
        form.password,
        repeated=form.confirm_password,
        session_token=visitor.token,
        ip=visitor.ip,
    )
    cookie = set_session(new, remember=session_list.is_remembered(new))
    return Onward(routes.account_section("password"), (cookie,), "Your password was changed. All other sessions have ended.")


def _logout_everywhere(form: Form, visitor: Visitor) -> Onward:
    session_list.revoke_all(visitor.principal.owner_id)
    return Onward(routes.HOME, (clear_session(),))


def _token(form: NewToken, visitor: Visitor) -> dict[str, str]:
    if not (form.days.isascii() and form.days.isdigit() and len(form.days) <= 4):
        sentence = "Give a number of days."
        raise Invalid(sentence, {"days": sentence})
    if not form.name.strip():
        sentence = "Give it a name, so that you know later what it was for."
        raise Invalid(sentence, {"name": sentence})
    form.require(visitor)
    return {"token": tokens.create_for(visitor.principal.owner_id, name=form.name, scope=form.scope, days=int(form.days))}


def _delete(form: Delete, visitor: Visitor) -> Onward:
    deletion.delete_account(visitor.principal, form.confirm, form.current_password, session_token=visitor.token, ip=visitor.ip)
    return Onward(routes.HOME, (clear_session(),))


ROUTES = [
    Route(routes.AUTH_NAME, name, methods=["POST"]),
    Route(routes.AUTH_EMAIL, email, methods=["POST"]),
    Route(routes.AUTH_CONFIRM_EMAIL, confirm_email, methods=["POST"]),
    Route(routes.AUTH_PASSWORD, password, methods=["POST"]),
    Route(routes.AUTH_TOKENS, token, methods=["POST"]),
    Route(routes.AUTH_LOGOUT_ALL, logout_everywhere, methods=["POST"]),
    Route(routes.AUTH_DELETE, delete, methods=["POST"]),
]
