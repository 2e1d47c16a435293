"""The end of every way in: by password, by second factor, by passkey, by a provider, by the link in the first mail."""

from dataclasses import dataclass
from typing import cast

from sciflask_reflex import audit
from sciflask_reflex.db import writing
from sciflask_reflex.errors import Invalid, Refused
from sciflask_reflex.identity import accounts, devices, sessions
from sciflask_reflex.identity.adoption import adopt
from sciflask_reflex.identity.cookies import hash_of, set_session
from sciflask_reflex.identity.devices import Browser
from sciflask_reflex.identity.models import Account, LocalUser
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.models import Role, utcnow

__all__ = ["Browser", "Signed", "complete", "cookies_of", "require_able"]

DISABLED = "This account is disabled. Write to the people who run this site."
UNCONFIRMED = "Your address is not confirmed yet. Open the link in the mail that we sent you, or have it sent again."
CONFIRMATION = "confirmation"
"""Name of the fault that makes the form show where to have the mail sent again."""


@dataclass(frozen=True)
class Signed:
    """A session that has been opened, for the browser's cookies."""

    session: str
    device: str | None
    remember: bool


def complete(owner_id: str, browser: Browser, *, method: str, remember: bool, guest: Principal | None = None) -> Signed:
    """Open a session for somebody who has proved who they are, in one transaction with everything that goes with it.

    The guest's work becomes theirs, the browser is remembered, a new one is told by mail, and the log has it. Admins are never
    remembered beyond the browser's window.

    Raises:
        Refused: If the account is disabled, or its address not confirmed (then an Invalid with the fault ``confirmation``).
    """
    with writing() as session:
        owner, account, user = accounts.of_owner(session, owner_id)
        require_able(user, account)
        kept = remember and owner.role != Role.ADMIN
        token = sessions.open_session(
            session,
            cast("int", user.id),
            role=owner.role,
            remembered=kept,
            method=method,
            network=devices.shortened(browser.ip),
            browser=devices.in_words(browser.user_agent),
        )
        account.signed_in_at = owner.seen_at = utcnow()
        # From here on it is the person who acts, in the new session: not the guest, or nobody, whose form this was.
        with audit.acting(audit.Actor(owner.id, hash_of(token), audit.actor().ip)):
            adopt(session, guest, owner.id)
            device = devices.note(session, owner, browser)
            audit.record(session, "account:login:success", subject_id=owner.id, method=method)
    return Signed(token, device, kept)


def cookies_of(signed: Signed) -> tuple[str, ...]:
    """Return the whole ``Set-Cookie`` values that hand a session to a browser."""
    cookies = (set_session(signed.session, remember=signed.remember),)
    return (*cookies, devices.device_cookie(signed.device)) if signed.device else cookies


def require_able(user: LocalUser, account: Account) -> None:
    """Raise Refused for a disabled account, and Invalid (fault ``confirmation``) for one whose address is not confirmed."""
    if not user.enabled:
        raise Refused(DISABLED)
    if account.confirmed_at is None:
        raise Invalid(UNCONFIRMED, {CONFIRMATION: UNCONFIRMED})
