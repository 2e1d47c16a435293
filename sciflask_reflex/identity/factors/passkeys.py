"""Passkeys (WebAuthn): a device signs a challenge of ours with a key that never leaves it. We keep the public half.

A challenge is in a cookie that the browser cannot read or change; it is good for five minutes, for one purpose, and once.
"""

import json
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import urlsplit

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, NotFound, Refused
from sciflask_reflex.identity import sealed, ways_in
from sciflask_reflex.identity.addresses import person_name
from sciflask_reflex.identity.cookies import set_cookie
from sciflask_reflex.identity.factors import news, recovery
from sciflask_reflex.identity.models import Passkey
from sciflask_reflex.models import utcnow
from sciflask_reflex.settings import settings

COOKIE = "sciflask_passkey"
SECONDS = 300
MOST = 20
LONGEST_NAME = 60
ADD, SIGN_IN, SECOND = "passkey-add", "passkey-sign-in", "passkey-second"
THING = "passkey"

STALE = "That took too long, or was sent twice. Try again."
UNKNOWN = "This passkey is not known here. It may have been removed, or belong to another site."
NOT_MADE = "The passkey could not be made. Try again, or use another device."
NOT_RIGHT = "This passkey could not be checked. Try again, or sign in another way."
TAKEN = "This device has a passkey for this site already."
TOO_MANY = f"{MOST} passkeys are the most. Remove one first."
NO_NAME = "Give the passkey a name, such as the name of the device."

_VERIFIED = UserVerificationRequirement.REQUIRED
_BROKEN = (WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)
"""What the library raises over a response that is no response."""


@dataclass(frozen=True)
class Asked:
    """What the browser is asked to sign, and the cookie that remembers it."""

    options: dict[str, Any]
    cookie: str


def site_id() -> str:
    """Return the name that passkeys belong to: the host of the public address. A bare IP address cannot be one; loopback is localhost."""
    host = urlsplit(settings().public_url).hostname or "localhost"
    try:
        return "localhost" if ip_address(host).is_loopback else host
    except ValueError:
        return host


def origins() -> list[str]:
    """Return the addresses whose pages may use the passkeys of this site."""
    return [origin for origin in settings().origins if urlsplit(origin).hostname == site_id()]


def ask_to_add(owner_id: str, email: str, name: str) -> Asked:
    """Return what a browser needs to make a new passkey; devices that have one already are left out. Raises Refused at 20."""
    with reading() as session:
        known = session.exec(select(Passkey.credential_id).where(Passkey.owner_id == owner_id)).all()
    if len(known) >= MOST:
        raise Refused(TOO_MANY)
    options = generate_registration_options(
        rp_id=site_id(),
        rp_name=settings().site_name,
        user_id=owner_id.encode(),
        user_name=email,
        user_display_name=name or email,
        timeout=SECONDS * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, require_resident_key=True, user_verification=_VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known],
    )
    return _asked(ADD, options, owner_id)


def add(owner_id: str, name: str, response: str, cookie: str) -> list[str]:
    """Keep a new passkey. Returns recovery codes, to be shown once, where this is the first factor; else an empty list.

    Raises:
        Invalid: If the name is missing, or the response is not what we asked for.
        Refused: If the challenge is old, used, or somebody else's.
    """
    label = require_name(name)
    challenge = _challenge(ADD, cookie, owner_id)
    try:
        verified = verify_registration_response(
            credential=response,
            expected_challenge=challenge,
            expected_rp_id=site_id(),
            expected_origin=origins(),
            require_user_verification=True,
        )
        transports = _transports(response)
    except _BROKEN as cause:
        raise Invalid(NOT_MADE) from cause
    row = Passkey(
        owner_id=owner_id,
        credential_id=bytes_to_base64url(verified.credential_id),
        public_key=bytes_to_base64url(verified.credential_public_key),
        sign_count=verified.sign_count,
        name=label,
        transports=transports,
    )
    try:
        with writing() as session:
            session.add(row)
            news.tell(session, owner_id, news.ADDED, f'passkey "{label}"')
            return [] if recovery.left(session, owner_id) else recovery.renew(session, owner_id)
    except IntegrityError as cause:
        raise Invalid(TAKEN) from cause


def require_name(name: str) -> str:
    """Return what a passkey is called; raises Invalid where nothing is left of the name (field ``name``)."""
    label = person_name(name)[:LONGEST_NAME]
    if not label:
        raise Invalid(NO_NAME, {"name": NO_NAME})
    return label


def ask_to_sign_in() -> Asked:
    """Return what a browser needs to sign in with whichever passkey of this site the person picks."""
    return _asked(SIGN_IN, _signing([]), "")


def ask_second_step(owner_id: str) -> Asked:
    """Return what a browser needs to take the second step with one of this person's passkeys."""
    with reading() as session:
        known = session.exec(select(Passkey.credential_id).where(Passkey.owner_id == owner_id)).all()
    if not known:
        raise Refused(UNKNOWN)
    return _asked(SECOND, _signing(list(known)), owner_id)


def check(purpose: str, response: str, cookie: str, *, owner_id: str = "") -> str:
    """Return the owner of the passkey that signed our challenge; with ``owner_id`` it must be one of theirs.

    Raises:
        Refused: If the challenge is old or used, or the passkey unknown, somebody else's, a copy (its counter went back), or not right.
    """
    challenge = _challenge(purpose, cookie, owner_id)
    try:
        sent = json.loads(response)
        credential_id, handle = _id_in(sent), sent["response"].get("userHandle")
    except _BROKEN as cause:
        raise Refused(NOT_RIGHT) from cause
    with writing() as session:
        row = session.exec(select(Passkey).where(Passkey.credential_id == credential_id)).one_or_none()
        if row is None or (owner_id and row.owner_id != owner_id) or (handle and _owner_in(handle) != row.owner_id):
            raise Refused(UNKNOWN)
        _count(session, row, _verified(row, response, challenge))
        return row.owner_id


def list_for(owner_id: str) -> list[Passkey]:
    """Return a person's passkeys, the newest first."""
    with reading() as session:
        return list(session.exec(select(Passkey).where(Passkey.owner_id == owner_id).order_by(col(Passkey.created_at).desc())).all())


def remove(passkey_id: str, *, owner_id: str) -> None:
    """Forget a passkey; raises NotFound if it is not theirs, and Refused if nothing else would open the account."""
    with writing() as session:
        row = session.exec(select(Passkey).where(Passkey.id == passkey_id, Passkey.owner_id == owner_id)).one_or_none()
        if row is None:
            raise NotFound(THING)
        ways_in.require_other(session, owner_id)
        session.execute(delete(Passkey).where(col(Passkey.id) == row.id))
        news.tell(session, owner_id, news.REMOVED, f'passkey "{row.name}"')


def clear_cookie() -> str:
    """Return the Set-Cookie header that takes the challenge away."""
    return set_cookie(COOKIE, "", 0)


def _signing(known: list[str]) -> Any:
    return generate_authentication_options(
        rp_id=site_id(),
        timeout=SECONDS * 1000,
        allow_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known],
        user_verification=_VERIFIED,
    )


def _asked(purpose: str, options: Any, owner_id: str) -> Asked:
    kept = sealed.close(purpose, {"challenge": bytes_to_base64url(options.challenge), "owner": owner_id})
    return Asked(options_to_json_dict(options), set_cookie(COOKIE, kept, SECONDS))


def _challenge(purpose: str, cookie: str, owner_id: str) -> bytes:
    """Return the challenge in the cookie and use it up."""
    kept = sealed.reopen(purpose, cookie, seconds=SECONDS)
    if kept is None or kept["owner"] != owner_id or not sealed.spend(purpose, cookie):
        raise Refused(STALE)
    return base64url_to_bytes(kept["challenge"])


def _verified(row: Passkey, response: str, challenge: bytes) -> int:
    """Return the passkey's new counter; raises Refused if the signature or anything around it is not right."""
    try:
        return verify_authentication_response(
            credential=response,
            expected_challenge=challenge,
            expected_rp_id=site_id(),
            expected_origin=origins(),
            credential_public_key=base64url_to_bytes(row.public_key),
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        ).new_sign_count
    except _BROKEN as cause:
        raise Refused(NOT_RIGHT) from cause


def _count(session: Session, row: Passkey, new: int) -> None:
    """Keep the counter; of two uses with the same one, the second is a copy's."""
    same = (col(Passkey.id) == row.id, col(Passkey.sign_count) == row.sign_count)
    done = session.execute(update(Passkey).where(*same).values(sign_count=new, last_used_at=utcnow()))
    if cast("CursorResult[object]", done).rowcount != 1:
        raise Refused(NOT_RIGHT)


def _id_in(sent: Any) -> str:
    """Return which passkey signed; raises ValueError for what no database would take as text."""
    credential_id = str(sent["id"])
    if not (credential_id.isascii() and credential_id.isprintable()):
        raise ValueError
    return credential_id


def _owner_in(handle: object) -> str:
    try:
        return base64url_to_bytes(str(handle)).decode()
    except ValueError:
        return ""


def _transports(response: str) -> str:
    given = json.loads(response)["response"].get("transports") or []
    return ",".join(each for each in given if isinstance(each, str) and each.isascii() and each.replace("-", "").isalpha())[:120]
