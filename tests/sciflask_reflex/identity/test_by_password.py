"""Signing in with a password: R8, L1 and their neighbours, on both databases."""

import time

import pytest
from argon2 import PasswordHasher
from sqlalchemy import update
from sqlmodel import col, select

from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Refused, TooOften
from sciflask_reflex.identity import by_password, limits, passwords, service, sessions
from sciflask_reflex.identity.devices import Browser
from sciflask_reflex.identity.factors import second_step, ticket
from sciflask_reflex.identity.models import LocalUser, Passkey, TotpSecret
from sciflask_reflex.identity.signing_in import Signed
from sciflask_reflex.models import AuditEvent, Role, utcnow
from tests.accounts import IP, PASSWORD, make_account

EMAIL, OTHER_IP = "ada@example.org", "203.0.113.9"
WRONG = "wrong wrong wrong"


def sign_in(email=EMAIL, password=PASSWORD, *, ip=IP, device="", **more):
    return by_password.sign_in(email, password, Browser(ip, "Mozilla/5.0 (X11; Linux) Firefox/130.0", device), **more)


def fail(times, email=EMAIL, ip="198.51.100.{}", **more):
    for number in range(times):
        with pytest.raises(Refused, match="not right"):
            sign_in(email.format(number), WRONG, ip=ip.format(number), **more)


def tags():
    with reading() as session:
        return session.exec(select(AuditEvent.tag).order_by(col(AuditEvent.id))).all()


def test_every_sign_in_has_a_token_of_its_own(site):
    person = make_account()
    tokens = {sign_in("ADA@Example.ORG").session for _ in range(3)}
    assert len(tokens) == 3
    assert {sessions.principal_of_token(token).owner_id for token in tokens} == {person.owner_id}


@pytest.mark.parametrize(
    "password", ["\u00e9" * 60 + "plus", "x" * 100 + "end of 103", " spaces around ", "\U0001f600 emoji words", "nul\0 within"]
)
def test_passwords_work_exactly_as_typed(small_site, password):
    make_account(password=password)
    assert sign_in(password=password)
    for other in (password[:-1], password.strip() + "."):
        with pytest.raises(Refused):
            sign_in(password=other)


def test_one_sentence_whatever_is_wrong(site):
    make_account()
    make_account("off@example.org")
    make_account("new@example.org", confirmed=False)
    service.set_enabled("off@example.org", enabled=False)
    sentences = set()
    for email, password in (
        (EMAIL, WRONG),
        ("nobody@example.org", PASSWORD),
        ("no address", ""),
        ("off@example.org", "x" * 2_000),
        ("new@example.org", WRONG),
        ("new@example.org", PASSWORD),
        (EMAIL, "\ud800"),
    ):
        with pytest.raises(Refused) as refusal:
            sign_in(email, password)
        sentences.add(refusal.value.sentence)
    assert sentences == {by_password.WRONG}


def test_what_is_the_matter_is_told_after_a_right_password(site):
    make_account("off@example.org")
    service.set_enabled("off@example.org", enabled=False)
    with pytest.raises(Refused, match="disabled"):
        sign_in("off@example.org")


@pytest.mark.parametrize("email", ["nobody@example.org", "none@example.org"])
def test_whoever_has_no_password_here_is_verified_too(small_site, monkeypatch, email):
    make_account("none@example.org")
    with writing() as session:
        session.execute(update(LocalUser).values(password_hash=passwords.NO_PASSWORD))
    seen = []
    real = passwords._hasher
    monkeypatch.setattr(
        passwords, "_hasher", type("Counted", (), {"verify": lambda _, stored, data: seen.append(stored) or real.verify(stored, data)})()
    )
    with pytest.raises(Refused):
        sign_in(email)
    assert seen == [passwords._nobodys()]


def test_eleventh_try_on_an_address_from_anywhere_has_to_wait(site):
    make_account()
    fail(10)
    with pytest.raises(TooOften) as refusal:
        sign_in(ip=OTHER_IP)
    assert 0 < refusal.value.retry_after_s <= 600
    make_account("bob@example.org")
    assert sign_in("bob@example.org", ip=OTHER_IP)
    assert tags().count("account:login:failure") == 10
    assert tags().count("account:login:throttled") == 1


def test_a_known_device_gets_in_while_the_address_is_throttled(site):
    make_account()
    device = sign_in().device
    fail(10)
    with pytest.raises(TooOften):
        sign_in(ip=OTHER_IP)
    with pytest.raises(TooOften):
        sign_in(ip=OTHER_IP, device="made up")
    assert sign_in(ip=OTHER_IP, device=device).device == device
    with pytest.raises(TooOften):
        sign_in(ip=OTHER_IP)  # and that success did not help the strangers
    fail(10, device=device, ip="198.51.101.{}")
    with pytest.raises(TooOften):
        sign_in(ip=OTHER_IP, device=device)


def test_a_device_known_to_another_account_does_not_help(site):
    make_account()
    make_account("eve@example.org")
    device = sign_in("eve@example.org").device
    fail(10)
    with pytest.raises(TooOften):
        sign_in(ip=OTHER_IP, device=device)


def test_eleventh_try_of_a_network_on_any_address_has_to_wait(site):
    make_account()
    fail(10, "user{}@example.org", "2001:db8::{}")
    with pytest.raises(TooOften):
        sign_in(ip="2001:db8::ffff:1")
    assert sign_in(ip="2001:db8:0:1::1")


def test_a_thousand_failures_in_all_slow_everybody(small_site):
    make_account()
    for _ in range(limits.SIGN_IN_SITE.most):
        limits.record(limits.SIGN_IN_SITE, "all")
    with pytest.raises(TooOften):
        sign_in()


def test_successes_are_not_counted(small_site):
    make_account()
    for _ in range(15):
        assert sign_in()


def test_weak_hash_is_renewed_at_sign_in(site):
    make_account()
    with reading() as session:
        strong = session.exec(select(LocalUser.password_hash)).one()
    with writing() as session:
        session.execute(update(LocalUser).values(password_hash=PasswordHasher(1, 8, 1).hash(PASSWORD).encode()))
    sign_in()
    with reading() as session:
        renewed = session.exec(select(LocalUser.password_hash)).one()
    assert renewed.split(b"$")[3] == strong.split(b"$")[3]


def _codes(owner_id, *, confirmed=True):
    with writing() as session:
        session.add(TotpSecret(owner_id=owner_id, secret="sealed", confirmed_at=utcnow() if confirmed else None))


def _passkey(owner_id):
    with writing() as session:
        session.add(Passkey(owner_id=owner_id, credential_id="a", public_key="b"))


@pytest.mark.parametrize("add", [_codes, _passkey])
def test_a_second_factor_asks_for_a_second_step(site, add):
    person = make_account()
    add(person.owner_id)
    entry = sign_in(remember=True, next_path="/upload")
    assert isinstance(entry, by_password.SecondStep)
    known = ticket.read(entry.ticket)
    assert (known.owner_id, known.remember, known.next) == (person.owner_id, True, "/upload")
    assert "account:login:success" not in tags()


def test_codes_that_were_never_confirmed_lock_nobody_out(small_site):
    person = make_account()
    _codes(person.owner_id, confirmed=False)
    with reading() as session:
        assert not second_step.needed(session, person.owner_id)
    assert isinstance(sign_in(), Signed)


def test_a_ticket_is_ours_fresh_and_dies_with_the_password(small_site, monkeypatch):
    person = make_account()
    _codes(person.owner_id)
    text = sign_in().ticket
    assert ticket.read(text).owner_id == person.owner_id
    for forged in ("", ".", "x", text[:-1], f"x{text}", f"{text}\u00e9", text.swapcase()):
        with pytest.raises(Refused, match="again"):
            ticket.read(forged)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 601)
    with pytest.raises(Refused):
        ticket.read(text)
    monkeypatch.undo()


def test_a_new_password_voids_a_ticket(small_site):
    person = make_account()
    _codes(person.owner_id)
    text = sign_in().ticket
    service.set_password(EMAIL, "another good sentence")
    with pytest.raises(Refused):
        ticket.read(text)


def test_admins_are_not_remembered(small_site):
    make_account(role=Role.ADMIN)
    assert not sign_in(remember=True).remember
    make_account("bob@example.org")
    assert sign_in("bob@example.org", remember=True).remember
