"""The addresses of the second step of a sign-in, and of signing in with a passkey."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sciflask_reflex import routes
from sciflask_reflex.entry.arriving import arrive, browser_of
from sciflask_reflex.entry.forms import Code, Signature
from sciflask_reflex.http.asgi import cookie
from sciflask_reflex.http.forms import Form
from sciflask_reflex.http.posting import Onward, Visitor, submit
from sciflask_reflex.http.replying import Answer, reply
from sciflask_reflex.identity.factors import passkeys, taking, ticket
from sciflask_reflex.identity.signing_in import complete

LONGEST_METHOD = 32
WORDS = {taking.TOTP: "code", taking.RECOVERY: "recovery code"}


async def second_step(request: Request) -> Response:
    """Take the second step by a code from the app or a recovery code."""
    held = cookie(request.scope, ticket.TICKET_COOKIE) or ""

    def act(form: Code, visitor: Visitor) -> Onward:
        kept = ticket.read(held)
        how = taking.take(kept.owner_id, form.code)
        return _through(kept, WORDS[how], visitor)

    return await submit(request, Code, routes.SECOND_STEP, act)


async def ask_second_step(request: Request) -> Response:
    """Say what a passkey of this person has to sign."""
    held = cookie(request.scope, ticket.TICKET_COOKIE) or ""

    def act(form: Form, visitor: Visitor) -> Answer:
        asked = passkeys.ask_second_step(ticket.read(held).owner_id)
        return Answer(asked.options, (asked.cookie,))

    return await reply(request, Form, act, signed_in=False)


async def second_step_by_passkey(request: Request) -> Response:
    """Take the second step with a passkey."""
    held, challenge = (cookie(request.scope, name) or "" for name in (ticket.TICKET_COOKIE, passkeys.COOKIE))

    def act(form: Signature, visitor: Visitor) -> Answer:
        kept = ticket.read(held)
        passkeys.check(passkeys.SECOND, form.credential, challenge, owner_id=kept.owner_id)
        return _answer(_through(kept, "passkey", visitor))

    return await reply(request, Signature, act, signed_in=False)


async def ask_to_sign_in(request: Request) -> Response:
    """Say what any passkey of this site has to sign."""

    def act(form: Form, visitor: Visitor) -> Answer:
        asked = passkeys.ask_to_sign_in()
        return Answer(asked.options, (asked.cookie,))

    return await reply(request, Form, act, signed_in=False)


async def sign_in_by_passkey(request: Request) -> Response:
    """Sign in with a passkey alone: it is two proofs in one, the device and what unlocks it."""
    challenge = cookie(request.scope, passkeys.COOKIE) or ""

    def act(form: Signature, visitor: Visitor) -> Answer:
        owner_id = passkeys.check(passkeys.SIGN_IN, form.credential, challenge)
        signed = complete(owner_id, browser_of(visitor), method="passkey", remember=False, guest=visitor.principal)
        return _answer(arrive(signed, visitor, form.next))

    return await reply(request, Signature, act, signed_in=False)


def _through(kept: ticket.Ticket, how: str, visitor: Visitor) -> Onward:
    method = f"{kept.method} and {how}"[:LONGEST_METHOD]
    signed = complete(kept.owner_id, browser_of(visitor), method=method, remember=kept.remember, guest=visitor.principal)
    return arrive(signed, visitor, kept.next)


def _answer(onward: Onward) -> Answer:
    return Answer({"path": onward.path}, (*onward.cookies, passkeys.clear_cookie()))


ROUTES = [
    Route(routes.AUTH_SECOND_STEP, second_step, methods=["POST"]),
    Route(f"{routes.PASSKEY_SECOND_STEP}/options", ask_second_step, methods=["POST"]),
    Route(routes.PASSKEY_SECOND_STEP, second_step_by_passkey, methods=["POST"]),
    Route(f"{routes.PASSKEY_SIGN_IN}/options", ask_to_sign_in, methods=["POST"]),
    Route(routes.PASSKEY_SIGN_IN, sign_in_by_passkey, methods=["POST"]),
]
