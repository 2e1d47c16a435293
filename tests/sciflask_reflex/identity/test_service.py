"""Accounts as the people who run the site handle them, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, update
from sqlmodel import col, select

from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, NotFound
from sciflask_reflex.identity import one_time, service, sessions, tokens
from sciflask_reflex.identity.cookies import hash_of, new_guest_token
from sciflask_reflex.identity.models import Account, LocalUser
from sciflask_reflex.models import AuditEvent, Owner, Role
from tests.accounts import IP, PASSWORD, link_for, make_account, make_newcomer, make_session, signed_in

EMAIL = "ada@example.org"
GOOD = "another good sentence"


def accounts():
    with reading() as session:
        return [session.exec(select(func.count()).select_from(kind)).one() for kind in (Account, LocalUser, Owner)]


def test_the_same_address_in_other_letters_is_taken(site):
    make_account()
    with pytest.raises(Invalid, match="already"):
        make_account("Ada@EXAMPLE.org")
    assert accounts() == [1, 1, 1]


def test_two_at_once_make_one_account(site):
    def attempt(_):
        try:
            return make_account().owner_id
        except Invalid as refusal:
            return refusal.fields["email"]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(attempt, range(4)))
    assert answers.count(service.TAKEN) == 3
    assert accounts() == [1, 1, 1]


def test_disabling_and_enabling(site):
    token = signed_in()
    service.set_enabled(EMAIL, enabled=False)
    assert not sessions.principal_of_token(token).is_somebody
    service.set_enabled(EMAIL, enabled=True)
    assert not sessions.principal_of_token(token).is_somebody


def test_a_disabled_user_is_nobody_even_with_a_session(site):
    token = signed_in()
    with writing() as session:
        session.execute(update(LocalUser).values(enabled=False))
    assert not sessions.principal_of_token(token).is_somebody


def test_new_password_ends_all_sessions_and_links(site):
    person = make_account()
    token = make_session(person)
    with writing() as session:
        link = one_time.make(session, one_time.RESET, person.owner_id, seconds=60)
    service.set_password(EMAIL, GOOD)
    assert not sessions.principal_of_token(token).is_somebody
    with reading() as session:
        assert session.get_one(one_time.OneTimeLink, link.id).used_at is not None
    with pytest.raises(NotFound):
        service.set_password("nobody@example.org", GOOD)


def test_change_of_role(site):
    person = make_account()
    token = make_session(person)
    service.set_role(EMAIL, Role.ADMIN)
    assert not sessions.principal_of_token(token).is_somebody
    assert sessions.principal_of_token(make_session(person)).is_admin


@pytest.mark.parametrize("column", ["enabled", "confirmed_at"])
def test_keys_of_disabled_and_unconfirmed_accounts_do_not_work(small_site, column):
    make_account()
    key = tokens.create(EMAIL)
    assert tokens.principal_of_bearer(key).is_somebody
    with writing() as session:
        session.execute(update(LocalUser).values(enabled=False) if column == "enabled" else update(Account).values(confirmed_at=None))
    assert not tokens.principal_of_bearer(key).is_somebody


def test_nothing_secret_is_in_the_database(site, dump, configure):
    configure(registration="open")
    guest = new_guest_token()
    sessions.ensure_guest(guest, ip=IP)
    link = make_newcomer("new@example.org")
    token = signed_in()
    key = tokens.create(EMAIL)
    text = dump()
    for secret in (guest, guest.split(".")[1], token, key, PASSWORD, link):
        assert secret not in text
    assert hash_of(token) in text
    assert hash_of(link) in text
    assert link == link_for("new@example.org")


def test_name_without_names(site):
    service.create_account("root@example.org", PASSWORD, role=Role.ADMIN, confirmed=True)
    with reading() as session:
        account, owner = session.exec(select(Account, Owner).where(col(Owner.id) == col(Account.owner_id))).one()
    assert owner.name == "root"
    assert account.confirmed_at is not None


def test_acts_are_written_down(small_site):
    person = make_account()
    service.set_enabled(EMAIL, enabled=False)
    service.set_enabled(EMAIL, enabled=True)
    service.set_role(EMAIL, Role.ADMIN)
    service.set_password(EMAIL, GOOD)
    with reading() as session:
        tags = session.exec(select(AuditEvent.tag).where(AuditEvent.subject_id == person.owner_id).order_by(col(AuditEvent.id))).all()
    assert tags == ["account:create", "account:disable", "account:enable", "account:role:change", "account:password:change"]
