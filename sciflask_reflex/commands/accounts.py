"""Accounts and tokens from the command line."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import col, select

from sciflask_reflex import audit, secrets
from sciflask_reflex.db import reading
from sciflask_reflex.errors import Invalid, NotFound, Refused
from sciflask_reflex.identity import service, tokens
from sciflask_reflex.identity.models import Account, LocalUser
from sciflask_reflex.models import Owner, Role
from sciflask_reflex.settings import settings
from sciflask_reflex.supervisor.migrations import migrate


def create_admin(email: str, password: str) -> None:
    """Make a confirmed account with all rights; refuses a weak password and an address that has an account."""
    _prepare()
    try:
        with audit.echoing("admin:person:create", beside="account:create", fields="email,role"):
            service.create_account(email, password, role=Role.ADMIN, confirmed=True)
    except Invalid as fault:
        raise Invalid(" ".join(dict.fromkeys([fault.sentence, *fault.fields.values()]))) from fault


def set_password(email: str, password: str) -> None:
    """Give an account a new password; refuses a weak one, and an address that has no account."""
    _prepare()
    _known(email, lambda address: service.set_password(address, password), "admin:person:edit", "account:password:change", "password")


def create_token(email: str, scope: str) -> str:
    """Make a token for an account and return it; only its digest is kept."""
    _prepare()
    try:
        return tokens.create(email, scope)
    except NotFound as fault:
        sentence = f"There is no account with the address {email}. Make one on the site, or with `sciflask admin create`."
        raise Refused(sentence) from fault


def _prepare() -> None:
    """Work on a new data folder too, before the first start."""
    migrate(settings())
    secrets.ensure()
    audit.act_as(audit.Actor(via="cli"))


@dataclass(frozen=True, slots=True)
class AdminRow:
    """Somebody who runs the site, as the command shows them."""

    email: str
    name: str
    enabled: bool
    confirmed: bool
    signed_in: str


def set_role(email: str, role: str) -> None:
    """Give an account another role; refuses an address that has no account, and to make the last admin less."""
    _prepare()
    _known(email, lambda address: service.set_role(address, role), "admin:person:edit", "account:role:change", "role")


def set_enabled(email: str, *, enabled: bool) -> None:
    """Let an account in again or keep it out; refuses an address that has no account, and the last admin."""
    _prepare()
    tag = "account:enable" if enabled else "account:disable"
    _known(email, lambda address: service.set_enabled(address, enabled=enabled), "admin:person:edit", tag, "enabled")


def admins() -> list[AdminRow]:
    """Return who runs the site, by address."""
    _prepare()
    query = (
        select(Account, Owner, LocalUser.enabled)
        .join(Owner, col(Owner.id) == col(Account.owner_id))
        .join(LocalUser, col(LocalUser.id) == col(Account.local_user_id))
        .where(Owner.role == Role.ADMIN)
        .order_by(Account.email)
    )
    with reading() as session:
        found = session.exec(query).all()
    return [
        AdminRow(account.email, owner.name, enabled, account.confirmed_at is not None, f"{account.signed_in_at:%Y-%m-%d}" if account.signed_in_at else "never")
        for account, owner, enabled in found
    ]  # fmt: skip


def _known(email: str, act: Callable[[str], None], tag: str, beside: str, fields: str) -> None:
    try:
        with audit.echoing(tag, beside=beside, fields=fields):
            act(email)
    except NotFound as fault:
        sentence = f"There is no account with the address {email}. `sciflask admin create` makes one."
        raise Refused(sentence) from fault
