"""Accounts that somebody prepared for somebody else's address: whoever has the mail has the account, and nobody else has a way in."""

import pytest
from sqlalchemy import update
from sqlmodel import select

from sciflask_reflex import links
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Refused
from sciflask_reflex.identity import by_password, consent, forgotten, newcomers, one_time, passwords, registering
from sciflask_reflex.identity.cookies import new_guest_token
from sciflask_reflex.identity.devices import Browser
from sciflask_reflex.identity.models import Account, LocalAuthSession, LocalUser, OneTimeLink
from sciflask_reflex.identity.registering import ChooseAnew
from sciflask_reflex.identity.sessions import ensure_guest
from sciflask_reflex.identity.signing_in import Signed
from sciflask_reflex.models import Mail
from tests.accounts import IP, PASSWORD, cookie_in, link_for, make_account, make_newcomer, newcomer

EMAIL = "ada@imperial.ac.uk"
EVES = "the password of a stranger"
HERE = Browser(IP)


def ten_minutes_later():
    with writing() as session:
        for kind, columns in ((Mail, ("created_at",)), (OneTimeLink, ("created_at", "expires_at"))):
            session.execute(update(kind).values({name: getattr(kind, name) - 601.0 for name in columns}))
        session.execute(update(Mail).values(cause=Mail.id))


def typed(password=PASSWORD):
    """Register, and return the cookie that the browser keeps."""
    return cookie_in(registering.register(newcomer(EMAIL, password=password), ip=IP))


def opens(password):
    try:
        return bool(by_password.sign_in(EMAIL, password, HERE))
    except Refused:
        return False


def test_a_stranger_who_came_first_has_no_way_in(site):
    typed(EVES)
    mine = typed()  # a moment later: no second mail is sent
    entry = registering.confirm(link_for(EMAIL), HERE, typed=mine)
    assert isinstance(entry, ChooseAnew)
    assert not opens(EVES)
    forgotten.choose(links.token_of(entry.link_id), PASSWORD, ip=IP)
    assert (opens(PASSWORD), opens(EVES)) == (True, False)


def test_a_stranger_who_came_last_has_no_way_in(site):
    mine = typed()
    ten_minutes_later()
    typed(EVES)
    assert isinstance(registering.confirm(link_for(EMAIL), HERE, typed=mine), ChooseAnew)
    assert not opens(EVES)


def test_a_stranger_who_came_alone_has_no_way_in(site):
    typed(EVES)
    assert isinstance(registering.confirm(link_for(EMAIL), HERE), ChooseAnew)
    assert not opens(EVES)
    with reading() as session:
        assert session.exec(select(LocalAuthSession)).all() == []
        account = session.exec(select(Account)).one()
    assert consent.due(account.owner_id)


@pytest.mark.parametrize("kept", ["", "x", "\ud800", "x" * 5_000])
def test_a_cookie_of_somebody_elses_making_is_none(small_site, kept):
    typed()
    assert isinstance(registering.confirm(link_for(EMAIL), HERE, typed=kept), ChooseAnew)


def test_in_the_browser_where_it_was_typed_the_password_stays(site):
    assert isinstance(registering.confirm(link_for(EMAIL) if (mine := typed()) else "", HERE, typed=mine), Signed)
    assert opens(PASSWORD)


def test_everybody_gets_the_cookie_and_it_tells_nothing(site):
    make_account(EMAIL)
    known = typed()
    other = cookie_in(registering.register(newcomer("new@imperial.ac.uk"), ip=IP))
    assert len(known) == len(other)
    with reading() as session:
        stored = session.exec(select(LocalUser.password_hash).where(LocalUser.username == EMAIL)).one()
    assert not newcomers.typed_here(known, stored)


def test_registering_does_not_tell_by_the_sign_in_whether_there_was_an_account(site):
    """With a password of one's own for an address that is not: known or new, the sign-in answers the same."""
    make_account("known@imperial.ac.uk", password="what nobody else knows")
    said = set()
    for email in ("known@imperial.ac.uk", "new@imperial.ac.uk"):
        registering.register(newcomer(email, password=EVES), ip=IP)
        with pytest.raises(Refused) as refusal:
            by_password.sign_in(email, EVES, HERE)
        said.add((type(refusal.value), refusal.value.sentence))
    assert said == {(Refused, by_password.WRONG)}


def test_an_old_link_is_no_way_in_past_a_second_factor(site):
    """Somebody else confirmed the account meanwhile: an admin, a provider. What lies in the mailbox must not open it."""
    token = make_newcomer(EMAIL)
    with writing() as session:
        session.execute(update(Account).values(confirmed_at=1.0))
    with pytest.raises(Refused, match="Ask for a new one"):
        registering.confirm(token, HERE)
    assert opens(PASSWORD)


def test_a_guest_keeps_the_work_until_the_password_is_chosen(small_site):
    typed(EVES)
    guest = ensure_guest(new_guest_token(), ip=IP)
    assert isinstance(registering.confirm(link_for(EMAIL), HERE, guest=guest), ChooseAnew)
    assert guest.is_guest


def test_the_link_to_choose_with_is_like_any_other(small_site):
    typed(EVES)
    entry = registering.confirm(link_for(EMAIL), HERE)
    assert isinstance(entry, ChooseAnew)
    with reading() as session:
        link = session.get_one(OneTimeLink, entry.link_id)
        user = session.exec(select(LocalUser)).one()
    assert link.purpose == one_time.RESET
    assert not passwords.is_set(user.password_hash)
    forgotten.request(EMAIL, ip=IP)
    with pytest.raises(Refused):
        forgotten.choose(links.token_of(entry.link_id), PASSWORD, ip=IP)
