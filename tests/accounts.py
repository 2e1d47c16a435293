"""People with accounts, for tests: made without a form, signed in without a browser, and the mails that were written to them."""

from sqlmodel import col, select

from sciflask_reflex import links
from sciflask_reflex.db import reading
from sciflask_reflex.identity import service, signing_in
from sciflask_reflex.identity.devices import Browser
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.identity.registering import Newcomer, register
from sciflask_reflex.models import Mail, Role

PASSWORD = "correct horse battery"
IP = "192.0.2.1"


def make_account(email: str = "ada@example.org", *, password: str = PASSWORD, role: str = Role.USER, confirmed: bool = True) -> Principal:
    """Make an account of Ada Lovelace."""
    return service.create_account(email, password, first_name="Ada", last_name="Lovelace", role=role, confirmed=confirmed)


def make_session(person: Principal, *, remember: bool = False, guest: Principal | None = None) -> str:
    """Sign somebody in and return the session token."""
    return signing_in.complete(person.owner_id, Browser(IP), method="password", remember=remember, guest=guest).session


def signed_in(email: str = "ada@example.org", *, role: str = Role.USER) -> str:
    """Make an account and return the token of a session of it."""
    return make_session(make_account(email, role=role))


def newcomer(email: str, **more: object) -> Newcomer:
    """Return what a person types who wants an account."""
    typed = {"password": PASSWORD, "first_name": "Ada", "last_name": "Lovelace", "accepted_terms": True} | more
    return Newcomer(email, **typed)  # pyright: ignore[reportArgumentType]


def make_newcomer(email: str, *, ip: str = IP, **more: object) -> str:
    """Register as a visitor does, and return the secret of the link that was mailed."""
    register(newcomer(email, **more), ip=ip)
    return link_for(email)


def cookie_in(header: str) -> str:
    """Return the value in a Set-Cookie header."""
    return header.partition(";")[0].partition("=")[2]


def mails_to(address: str) -> list[Mail]:
    """Return what was written to an address, the oldest first."""
    with reading() as session:
        return list(session.exec(select(Mail).where(Mail.to == address).order_by(col(Mail.created_at))).all())


def link_for(address: str) -> str:
    """Return the secret of the newest link that was mailed to an address."""
    newest = [mail.link_id for mail in mails_to(address) if mail.link_id][-1]
    return links.token_of(newest)
