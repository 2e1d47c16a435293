"""The addresses by which a person adds and removes what proves them beside the password. Secrets go to the script that draws them, once."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sciflask_reflex import routes
from sciflask_reflex.account.forms import NewPasskey, Proof, RemovePasskey, SignedPasskey, TotpCode
from sciflask_reflex.http.asgi import cookie
from sciflask_reflex.http.posting import Onward, Visitor, submit
from sciflask_reflex.http.replying import Answer, reply
from sciflask_reflex.identity.factors import passkeys, taking, totp

SECOND_STEP, PASSKEYS = routes.account_section("second-step"), routes.account_section("passkeys")
OFF = "Codes by an app are off. You can remove this site from the app."
REMOVED = "The passkey was removed. You can delete it from the device, too."


async def begin_totp(request: Request) -> Response:
    """Answer with a new secret for an app, to the script that draws it."""
    return await reply(request, Proof, _begin_totp)


async def confirm_totp(request: Request) -> Response:
    """Turn codes on, and answer with the recovery codes."""
    return await reply(request, TotpCode, _confirm_totp)


async def turn_totp_off(request: Request) -> Response:
    """Forget the secret."""
    return await submit(request, Proof, SECOND_STEP, _turn_totp_off, signed_in=True)


async def new_recovery_codes(request: Request) -> Response:
    """Answer with ten new recovery codes."""
    return await reply(request, Proof, _new_recovery_codes)


async def ask_for_passkey(request: Request) -> Response:
    """Say what a device needs to make a passkey."""
    return await reply(request, NewPasskey, _ask_for_passkey)


async def add_passkey(request: Request) -> Response:
    """Keep the passkey that a device made; the proof was asked for together with the challenge."""
    challenge = cookie(request.scope, passkeys.COOKIE) or ""

    def act(form: SignedPasskey, visitor: Visitor) -> Answer:
        codes = passkeys.add(visitor.principal.owner_id, form.name, form.credential, challenge)
        return Answer({"codes": codes}, (passkeys.clear_cookie(),))

    return await reply(request, SignedPasskey, act)


async def remove_passkey(request: Request) -> Response:
    """Forget a passkey."""
    return await submit(request, RemovePasskey, PASSKEYS, _remove_passkey, signed_in=True)


def _begin_totp(form: Proof, visitor: Visitor) -> dict[str, str]:
    form.require(visitor)
    setup = totp.begin(visitor.principal.owner_id, visitor.principal.email)
    return {"secret": setup.secret, "picture": setup.picture}


def _confirm_totp(form: TotpCode, visitor: Visitor) -> dict[str, list[str]]:
    return {"codes": totp.confirm(visitor.principal.owner_id, form.code)}


def _turn_totp_off(form: Proof, visitor: Visitor) -> Onward:
    form.require(visitor)
    totp.turn_off(visitor.principal.owner_id)
    return Onward(SECOND_STEP, sentence=OFF)


def _new_recovery_codes(form: Proof, visitor: Visitor) -> dict[str, list[str]]:
    form.require(visitor)
    return {"codes": taking.new_recovery_codes(visitor.principal.owner_id)}


def _ask_for_passkey(form: NewPasskey, visitor: Visitor) -> Answer:
    passkeys.require_name(form.name)
    form.require(visitor)
    who = visitor.principal
    asked = passkeys.ask_to_add(who.owner_id, who.email, who.name)
    return Answer(asked.options, (asked.cookie,))


def _remove_passkey(form: RemovePasskey, visitor: Visitor) -> Onward:
    form.require(visitor)
    passkeys.remove(form.passkey, owner_id=visitor.principal.owner_id)
    return Onward(PASSKEYS, sentence=REMOVED)


ROUTES = [
    Route(f"{routes.AUTH_TOTP}/begin", begin_totp, methods=["POST"]),
    Route(f"{routes.AUTH_TOTP}/confirm", confirm_totp, methods=["POST"]),
    Route(f"{routes.AUTH_TOTP}/off", turn_totp_off, methods=["POST"]),
    Route(routes.AUTH_RECOVERY_CODES, new_recovery_codes, methods=["POST"]),
    Route(f"{routes.PASSKEY_NEW}/options", ask_for_passkey, methods=["POST"]),
    Route(routes.PASSKEY_NEW, add_passkey, methods=["POST"]),
    Route(routes.PASSKEY_REMOVE, remove_passkey, methods=["POST"]),
]
