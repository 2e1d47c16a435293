"""Accounts and sign-in: R2, R8, R9, R12, L1, L6, L9 of the abuse catalogue, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, update
from sqlmodel import col, select

from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, NotFound, Refused, TooOften
from sciflask_reflex.identity import limits, passwords, service, sessions
from sciflask_reflex.identity.cookies import hash_of, new_guest_token
from sciflask_reflex.identity.models import Account, LocalAuthSession, LocalUser
from sciflask_reflex.models import Owner, Role

EMAIL, PASSWORD, IP = "ada@example.org", "correct horse battery", "192.0.2.1"


def make(email=EMAIL, **more):
    return service.create_account(email, PASSWORD, first_name="Ada", last_name="Lovelace", **more)


def register(email=EMAIL, password=PASSWORD, **more):
    return service.register(email, password, **({"first_name": "Ada", "last_name": "L", "accepted_terms": True, "ip": IP} | more))


def accounts():
    with reading() as session:
        return [session.exec(select(func.count()).select_from(kind)).one() for kind in (Account, LocalUser, Owner)]


def test_register_signs_in_and_sign_out_ends_it(site):
    token = register()
    who = sessions.principal_of_token(token)
    assert (who.role, who.name, who.email, who.signed_in) == (Role.USER, "Ada L", EMAIL, True)
    service.sign_out(token)
    assert not sessions.principal_of_token(token).is_somebody


def test_every_sign_in_has_a_token_of_its_own(site):
    make()
    tokens = {service.sign_in("ADA@Example.ORG", PASSWORD, ip=IP) for _ in range(3)}
    assert len(tokens) == 3
    assert len({sessions.principal_of_token(token).owner_id for token in tokens}) == 1


@pytest.mark.parametrize(
    "password", ["\u00e9" * 60 + "plus", "x" * 100 + "end of 103", " spaces around ", "\U0001f600 emoji words", "nul\0 within"]
)
def test_passwords_work_exactly_as_typed(site, password):
    register(password=password)
    assert service.sign_in(EMAIL, password, ip=IP)
    for other in (password[:-1], password.strip() + "."):
        with pytest.raises(Refused):
            service.sign_in(EMAIL, other, ip=IP)


def test_faults_come_all_at_once_and_nothing_is_stored(site):
    with pytest.raises(Invalid) as refusal:
        service.register("nobody", "short", first_name=" ", last_name="", accepted_terms=False, ip=IP)
    assert refusal.value.fields.keys() == {"email", "password", "first_name", "last_name", "terms"}
    assert accounts() == [0, 0, 0]


def test_the_same_address_in_other_letters_is_taken(site):
    make()
    with pytest.raises(Invalid, match="already"):
        make("Ada@EXAMPLE.org")
    assert accounts() == [1, 1, 1]


def test_two_at_once_make_one_account(site):
    def attempt(_):
        try:
            return make().owner_id
        except Invalid as refusal:
            return refusal.fields["email"]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(attempt, range(4)))
    assert answers.count(service.TAKEN) == 3
    assert accounts() == [1, 1, 1]


def test_one_sentence_whatever_is_wrong(site):
    make()
    make("off@example.org")
    service.set_enabled("off@example.org", enabled=False)
    sentences = set()
    for email, password in (
        (EMAIL, "wrong wrong wrong"),
        ("nobody@example.org", PASSWORD),
        ("no address", ""),
        ("off@example.org", "x" * 2_000),
        (EMAIL, "\ud800"),
    ):
        with pytest.raises(Refused) as refusal:
            service.sign_in(email, password, ip=IP)
        sentences.add(refusal.value.sentence)
    assert sentences == {service.WRONG}
    with pytest.raises(Refused, match="disabled"):
        service.sign_in("off@example.org", PASSWORD, ip=IP)


def test_unknown_address_is_verified_too(site, monkeypatch):
    seen = []
    monkeypatch.setattr(passwords, "verify", lambda stored, password: seen.append(stored))
    with pytest.raises(Refused):
        service.sign_in("nobody@example.org", PASSWORD, ip=IP)
    assert seen == [None]


def test_eleventh_try_on_an_address_from_anywhere_has_to_wait(site):
    make()
    for number in range(10):
        with pytest.raises(Refused, match="not right"):
            service.sign_in(EMAIL, "wrong wrong wrong", ip=f"198.51.100.{number}")
    with pytest.raises(TooOften) as refusal:
        service.sign_in(EMAIL, PASSWORD, ip="203.0.113.9")
    assert 0 < refusal.value.retry_after_s <= 300
    make("bob@example.org")
    assert service.sign_in("bob@example.org", PASSWORD, ip="203.0.113.9")


def test_eleventh_try_of_a_network_on_any_address_has_to_wait(site):
    make()
    for number in range(10):
        with pytest.raises(Refused, match="not right"):
            service.sign_in(f"user{number}@example.org", "wrong wrong wrong", ip=f"2001:db8::{number}")
    with pytest.raises(TooOften):
        service.sign_in(EMAIL, PASSWORD, ip="2001:db8::ffff:1")
    assert service.sign_in(EMAIL, PASSWORD, ip="2001:db8:0:1::1")


def test_successes_are_not_counted(site):
    make()
    for _ in range(25):
        assert service.sign_in(EMAIL, PASSWORD, ip=IP)


def test_registering_many_has_to_wait(site):
    for _ in range(limits.REGISTER.most):
        limits.record(limits.REGISTER, IP)
    with pytest.raises(TooOften):
        register()
    assert accounts() == [0, 0, 0]


def test_expired_session_is_nobody(site):
    token = register()
    with writing() as session:
        session.execute(update(LocalAuthSession).values(expiration=datetime.now(UTC) - timedelta(seconds=1)))
    assert not sessions.principal_of_token(token).is_somebody


def test_disabling_and_enabling(site):
    token = register()
    service.set_enabled(EMAIL, enabled=False)
    assert not sessions.principal_of_token(token).is_somebody
    service.set_enabled(EMAIL, enabled=True)
    assert not sessions.principal_of_token(token).is_somebody
    assert service.sign_in(EMAIL, PASSWORD, ip=IP)


def test_a_disabled_user_is_nobody_even_with_a_session(site):
    token = register()
    with writing() as session:
        session.execute(update(LocalUser).values(enabled=False))
    assert not sessions.principal_of_token(token).is_somebody


def test_new_password_ends_all_sessions(site):
    token = register()
    service.set_password(EMAIL, "another good sentence")
    assert not sessions.principal_of_token(token).is_somebody
    with pytest.raises(Refused):
        service.sign_in(EMAIL, PASSWORD, ip=IP)
    assert service.sign_in(EMAIL, "another good sentence", ip=IP)
    with pytest.raises(NotFound):
        service.set_password("nobody@example.org", "another good sentence")


def test_sign_out_everywhere_ends_one_persons_sessions_only(site):
    first, other = register(), register("bob@example.org")
    second = service.sign_in(EMAIL, PASSWORD, ip=IP)
    service.sign_out_everywhere(sessions.principal_of_token(first).owner_id)
    assert [sessions.principal_of_token(token).is_somebody for token in (first, second, other)] == [False, False, True]


def test_change_of_role(site):
    token = register()
    service.set_role(EMAIL, Role.ADMIN)
    assert not sessions.principal_of_token(token).is_somebody
    assert sessions.principal_of_token(service.sign_in(EMAIL, PASSWORD, ip=IP)).is_admin


def test_weak_hash_is_renewed_at_sign_in(site):
    make()
    with reading() as session:
        strong = session.exec(select(LocalUser.password_hash)).one()
    from argon2 import PasswordHasher

    with writing() as session:
        session.execute(update(LocalUser).values(password_hash=PasswordHasher(1, 8, 1).hash(PASSWORD).encode()))
    service.sign_in(EMAIL, PASSWORD, ip=IP)
    with reading() as session:
        renewed = session.exec(select(LocalUser.password_hash)).one()
    assert renewed.split(b"$")[3] == strong.split(b"$")[3]


def test_nothing_secret_is_in_the_database(site, dump):
    from sciflask_reflex.identity import tokens

    guest = new_guest_token()
    visitor = sessions.ensure_guest(guest, ip=IP)
    token = register(guest=visitor)
    key = tokens.create(EMAIL)
    text = dump()
    for secret in (guest, guest.split(".")[1], token, key, PASSWORD):
        assert secret not in text
    assert hash_of(token) in text
    assert EMAIL in text


@pytest.mark.parametrize(
    ("mode", "email", "fine"),
    [("closed", EMAIL, False), ("academic", EMAIL, False), ("academic", "x@chem.ox.ac.uk", True), ("open", EMAIL, True)],
)
def test_who_may_register(site, configure, mode, email, fine):
    configure(registration=mode)
    if fine:
        assert register(email)
    else:
        with pytest.raises((Refused, Invalid)):
            register(email)
        assert accounts() == [0, 0, 0]
    assert make("operator@example.org", role=Role.ADMIN).is_admin


def test_name_without_names(site):
    service.create_account("root@example.org", PASSWORD, role=Role.ADMIN, confirmed=True)
    with reading() as session:
        account, owner = session.exec(select(Account, Owner).where(col(Owner.id) == col(Account.owner_id))).one()
    assert owner.name == "root"
    assert account.confirmed_at is not None
