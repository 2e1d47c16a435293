"""Guests: a cookie of ours, a row when needed, and the way to an account."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, update
from sqlmodel import select

from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import TooOften
from sciflask_reflex.identity import limits, sessions
from sciflask_reflex.identity.cookies import is_guest_token, new_guest_token
from sciflask_reflex.identity.models import GuestSession
from sciflask_reflex.models import Analysis, Owner, Role, Study, Upload
from tests.accounts import IP, make_account, make_session
from tests.factories import make_analysis, make_study


def owners():
    with reading() as session:
        return session.exec(select(func.count()).select_from(Owner)).one()


def test_row_is_made_once_at_first_need(site):
    token = new_guest_token()
    assert not sessions.principal_of_token(token).is_somebody
    assert owners() == 0
    guest = sessions.ensure_guest(token, ip=IP)
    assert guest.is_guest
    assert not guest.signed_in
    assert sessions.ensure_guest(token, ip=IP) == guest == sessions.principal_of_token(token)
    assert owners() == 1


@pytest.mark.parametrize("token", ["", "g.", "g.a.b", "g..", "x", "g.\ud800.\ud800", "g.a.\u00e9"])
def test_what_we_did_not_make_is_nobody(site, token):
    assert not is_guest_token(token)
    assert not sessions.ensure_guest(token, ip=IP).is_somebody
    assert owners() == 0


def test_two_tabs_at_once_are_one_guest(site):
    token = new_guest_token()
    with ThreadPoolExecutor(4) as pool:
        ids = {guest.owner_id for guest in pool.map(lambda _: sessions.ensure_guest(token, ip=IP), range(4))}
    assert len(ids) == 1
    assert owners() == 1


def test_expired_guest_does_not_come_back(site):
    token = new_guest_token()
    sessions.ensure_guest(token, ip=IP)
    with writing() as session:
        session.execute(update(GuestSession).values(expires_at=datetime.fromtimestamp(1, UTC)))
    assert not sessions.principal_of_token(token).is_somebody
    assert not sessions.ensure_guest(token, ip=IP).is_somebody


def test_no_guests_where_none_are_wanted(site, configure):
    configure(guests="false")
    assert not sessions.ensure_guest(new_guest_token(), ip=IP).is_somebody


def test_guests_of_one_network_are_limited(site):
    for _ in range(limits.GUESTS.most):
        limits.record(limits.GUESTS, IP)
    with pytest.raises(TooOften):
        sessions.ensure_guest(new_guest_token(), ip=IP)


def test_a_guests_work_becomes_the_users(site):
    user = make_account()
    mine = make_study(user.owner_id, name="Rats")
    make_study(user.owner_id, name="Rats (2)")
    make_analysis(mine, idempotency_key="k")
    cookie = new_guest_token()
    guest = sessions.ensure_guest(cookie, ip=IP)
    theirs = make_study(guest.owner_id, name="RATS")
    plain = make_study(guest.owner_id, name="Mice")
    done = make_analysis(theirs, idempotency_key="k")
    with writing() as session:
        session.add(Upload(owner_id=guest.owner_id, filename="a.csv"))
    make_session(user, guest=guest)
    with reading() as session:
        assert {row.owner_id for kind in (Study, Analysis, Upload) for row in session.exec(select(kind)).all()} == {user.owner_id}
        assert (session.get_one(Study, theirs.id).name, session.get_one(Study, theirs.id).name_key) == ("RATS (3)", "rats (3)")
        assert session.get_one(Study, plain.id).name == "Mice"
        assert session.get_one(Analysis, done.id).idempotency_key != "k"
    assert not sessions.principal_of_token(cookie).is_somebody
    assert not sessions.ensure_guest(cookie, ip=IP).is_somebody


def test_the_longest_name_finds_room_for_a_number(site):
    user = make_account()
    make_study(user.owner_id, name="ß" * 120)
    guest = sessions.ensure_guest(new_guest_token(), ip=IP)
    theirs = make_study(guest.owner_id, name="ß" * 120)
    make_session(user, guest=guest)
    with reading() as session:
        moved = session.get_one(Study, theirs.id)
    assert len(moved.name) == 120
    assert len(moved.name_key) <= 240
    assert moved.name.endswith(" (2)")
    assert moved.name_key.endswith(" (2)")


def test_nobody_elses_work_is_taken(site):
    first = make_account("a@example.org")
    study = make_study(first.owner_id)
    make_session(make_account("b@example.org"), guest=first)
    with reading() as session:
        assert session.get_one(Study, study.id).owner_id == first.owner_id
    assert first.role == Role.USER
