"""Forgotten passwords: M1, M4, L12 of the abuse catalogue and their neighbours."""

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, Refused, TooOften
from sciflask_reflex.identity import by_password, forgotten, limits, one_time, passwords, registering, service, sessions
from sciflask_reflex.identity.devices import Browser
from sciflask_reflex.identity.models import LocalUser, TotpSecret
from sciflask_reflex.models import AuditEvent, utcnow
from tests.accounts import IP, PASSWORD, link_for, mails_to, make_account, make_session

EMAIL, GOOD = "ada@example.org", "another good sentence"
HERE = Browser(IP)


def asked(email=EMAIL):
    forgotten.request(email, ip=IP)
    return link_for(email)


def test_a_new_password_by_mail(site):
    person = make_account()
    sessions_before = [make_session(person), make_session(person, remember=True)]
    forgotten.request("ADA@Example.org", ip=IP)
    forgotten.choose(link_for(EMAIL), GOOD, ip=IP)
    assert not any(sessions.principal_of_token(token).is_somebody for token in sessions_before)
    with pytest.raises(Refused):
        by_password.sign_in(EMAIL, PASSWORD, HERE)
    (told,) = [mail for mail in mails_to(EMAIL) if "changed" in mail.subject]
    assert GOOD not in told.body
    assert by_password.sign_in(EMAIL, GOOD, HERE)


def test_the_link_works_once_and_the_newest_alone(site):
    make_account()
    first, second = asked(), asked()
    for token, fine in ((first, False), (second, True), (second, False)):
        if fine:
            forgotten.choose(token, GOOD, ip=IP)
        else:
            with pytest.raises(Refused, match="Ask for a new one"):
                forgotten.choose(token, GOOD, ip=IP)


def test_a_weak_password_costs_no_link(small_site):
    make_account()
    token = asked()
    for weak in ("short", EMAIL, "password123", "\ud800 surrogates"):
        with pytest.raises(Invalid) as refusal:
            forgotten.choose(token, weak, ip=IP)
        assert refusal.value.fields.keys() == {"password"}
    forgotten.choose(token, GOOD, ip=IP)


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org", "off@example.org", "new@example.org"])
def test_the_answer_is_the_same_for_everybody(site, email):
    make_account()
    make_account("new@example.org", confirmed=False)
    make_account("off@example.org")
    service.set_enabled("off@example.org", enabled=False)
    assert forgotten.request(email, ip=IP) is None
    wanted = {EMAIL: ["/reset-password/new"], "new@example.org": ["/confirm"]}.get(email, [])
    assert [mail.link_page for mail in mails_to(email)] == wanted
    with reading() as session:
        assert session.exec(select(AuditEvent).where(AuditEvent.tag == "account:password:reset:request")).one()


def test_an_unconfirmed_account_confirms_instead(small_site):
    make_account(confirmed=False)
    assert registering.confirm(asked(), HERE)


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
def test_thrice_an_hour_for_an_address(site, email):
    make_account()
    for number in range(3):
        forgotten.request(email, ip=f"192.0.2.{number}")
    with pytest.raises(TooOften) as refusal:
        forgotten.request(email, ip="192.0.2.77")
    assert refusal.value.retry_after_s > 0


def test_five_times_a_day_for_an_address(small_site):
    for _ in range(5):
        limits.record(limits.RESET_ADDRESS[1], EMAIL)
    with pytest.raises(TooOften):
        forgotten.request(EMAIL, ip=IP)


def test_ten_times_an_hour_for_a_network(small_site):
    for number in range(10):
        forgotten.request(f"a{number}@example.org", ip=f"2001:db8::{number}")
    with pytest.raises(TooOften):
        forgotten.request("b@example.org", ip="2001:db8::77")


def test_half_an_hour_later_it_is_too_late(small_site):
    make_account()
    token = asked()
    with writing() as session:
        session.execute(update(one_time.OneTimeLink).values(expires_at=one_time.OneTimeLink.expires_at - 1_801.0))
    with pytest.raises(Refused):
        forgotten.choose(token, GOOD, ip=IP)


def test_a_link_to_confirm_sets_no_password(small_site):
    make_account(confirmed=False)
    with pytest.raises(Refused):
        forgotten.choose(asked(), GOOD, ip=IP)


def test_who_was_disabled_meanwhile_stays_out(small_site):
    make_account()
    token = asked()
    with writing() as session:
        session.execute(update(LocalUser).values(enabled=False))
    with pytest.raises(Refused):
        forgotten.choose(token, GOOD, ip=IP)


def test_an_account_without_a_password_gets_its_first(small_site):
    make_account()
    with writing() as session:
        session.execute(update(LocalUser).values(password_hash=passwords.NO_PASSWORD))
    forgotten.choose(asked(), GOOD, ip=IP)
    assert by_password.sign_in(EMAIL, GOOD, HERE)


def test_it_does_not_stand_in_for_the_second_factor(small_site):
    person = make_account()
    with writing() as session:
        session.add(TotpSecret(owner_id=person.owner_id, secret="sealed", confirmed_at=utcnow()))
    forgotten.choose(asked(), GOOD, ip=IP)
    assert isinstance(by_password.sign_in(EMAIL, GOOD, HERE), by_password.SecondStep)


def test_a_changed_password_voids_the_link(small_site):
    make_account()
    token = asked()
    service.set_password(EMAIL, "yet another sentence")
    with pytest.raises(Refused):
        forgotten.choose(token, GOOD, ip=IP)


def test_guessing_links_has_to_wait(small_site):
    for _ in range(limits.LINK_NETWORK.most - 1):
        limits.record(limits.LINK_NETWORK, IP)
    with pytest.raises(Refused):
        forgotten.choose("x", GOOD, ip=IP)
    with pytest.raises(TooOften):
        forgotten.choose("x", GOOD, ip=IP)


def test_it_is_written_down(small_site):
    person = make_account()
    forgotten.choose(asked(), GOOD, ip=IP)
    with reading() as session:
        tags = session.exec(select(AuditEvent.tag).where(AuditEvent.subject_id == person.owner_id).order_by(col(AuditEvent.id))).all()
    assert tags[1:] == ["account:password:reset:request", "account:password:reset"]
