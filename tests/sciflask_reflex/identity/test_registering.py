"""Registration and confirmation: R6, R7, R9, R12, M1, M4 of the abuse catalogue and their neighbours, on both databases."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, update
from sqlmodel import select

from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, Refused, TooOften
from sciflask_reflex.identity import by_password, limits, passwords, registering, service, sessions
from sciflask_reflex.identity.cookies import new_guest_token
from sciflask_reflex.identity.devices import Browser
from sciflask_reflex.identity.models import Account, LocalUser, OneTimeLink
from sciflask_reflex.identity.signing_in import Signed
from sciflask_reflex.models import Mail, Owner, Study
from tests.accounts import IP, PASSWORD, cookie_in, link_for, mails_to, make_account, make_newcomer, newcomer, signed_in
from tests.factories import make_study

EMAIL = "ada@imperial.ac.uk"
HERE = Browser(IP)


def accounts():
    with reading() as session:
        return [session.exec(select(func.count()).select_from(kind)).one() for kind in (Account, LocalUser, Owner)]


def account():
    with reading() as session:
        return session.exec(select(Account)).one()


def later(seconds):
    """Make everything written so far that much older."""
    with writing() as session:
        for kind, columns in ((Mail, ("created_at",)), (OneTimeLink, ("created_at", "expires_at"))):
            session.execute(update(kind).values({name: getattr(kind, name) - float(seconds) for name in columns}))


def now_slot():
    return str(int(time.time() // registering.QUIET_SECONDS))


def test_an_account_waits_for_its_confirmation(site):
    typed = cookie_in(registering.register(newcomer(EMAIL), ip=IP))
    assert account().confirmed_at is None
    assert account().accepted_terms_at is not None
    assert account().terms_version
    with pytest.raises(Refused, match="first open the link"):
        by_password.sign_in(EMAIL, PASSWORD, HERE)
    signed = registering.confirm(link_for(EMAIL), HERE, typed=typed)
    assert isinstance(signed, Signed)
    who = sessions.principal_of_token(signed.session)
    assert (who.name, who.email, who.signed_in) == ("Ada Lovelace", EMAIL, True)
    assert by_password.sign_in(EMAIL, PASSWORD, HERE)


def test_a_link_works_once(site):
    token = make_newcomer(EMAIL)
    registering.confirm(token, HERE)
    with pytest.raises(Refused, match="Ask for a new one"):
        registering.confirm(token, HERE)


def test_of_two_presses_at_once_one_counts(site):
    token = make_newcomer(EMAIL)

    def press(_):
        try:
            return bool(registering.confirm(token, HERE))
        except Refused:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(press, range(4))) == [False, False, False, True]


@pytest.mark.parametrize("token", ["", "x", "\ud800", "a" * 10_000])
def test_what_is_no_link_is_refused(small_site, token):
    with pytest.raises(Refused, match="Ask for a new one"):
        registering.confirm(token, HERE)


def test_a_day_later_it_is_too_late(small_site):
    token = make_newcomer(EMAIL)
    later(24 * 3_600 + 1)
    with pytest.raises(Refused):
        registering.confirm(token, HERE)


def test_links_of_another_kind_do_not_confirm(small_site):
    make_newcomer(EMAIL)
    with writing() as session:
        session.execute(update(OneTimeLink).values(purpose="reset"))
    with pytest.raises(Refused):
        registering.confirm(link_for(EMAIL), HERE)


def test_guessing_links_has_to_wait(small_site):
    for _ in range(limits.LINK_NETWORK.most):
        limits.record(limits.LINK_NETWORK, IP)
    with pytest.raises(TooOften):
        registering.confirm(make_newcomer(EMAIL), HERE)


def test_a_disabled_newcomer_stays_out(small_site):
    token = make_newcomer(EMAIL)
    service.set_enabled(EMAIL, enabled=False)
    with pytest.raises(Refused):
        registering.confirm(token, HERE)
    assert account().confirmed_at is None


def test_a_guests_work_goes_along(site):
    guest = sessions.ensure_guest(new_guest_token(), ip=IP)
    study = make_study(guest.owner_id)
    typed = cookie_in(registering.register(newcomer(EMAIL), ip=IP))
    registering.confirm(link_for(EMAIL), HERE, typed=typed, guest=guest)
    with reading() as session:
        assert session.get_one(Study, study.id).owner_id == account().owner_id


def test_faults_come_all_at_once_and_nothing_is_stored(small_site):
    with pytest.raises(Invalid) as refusal:
        registering.register(newcomer("nobody", password="short", first_name=" ", last_name="", accepted_terms=False), ip=IP)
    assert refusal.value.fields.keys() == {"email", "password", "first_name", "last_name", "terms"}
    assert accounts() == [0, 0, 0]


@pytest.mark.parametrize("password", ["7 chars", "password123", EMAIL, "ada", "\ud800 surrogates", "x" * 1_025])
def test_weak_passwords_are_refused_with_a_reason(small_site, password):
    with pytest.raises(Invalid) as refusal:
        registering.register(newcomer(EMAIL, password=password), ip=IP)
    assert refusal.value.fields.keys() == {"password"}
    assert accounts() == [0, 0, 0]


@pytest.mark.parametrize("typed", [EMAIL, "ADA@Imperial.AC.UK"])
def test_a_registered_address_gets_the_same_answer_and_a_mail(site, typed, monkeypatch):
    make_account(EMAIL)
    hashed = []
    real = passwords.hash_password
    monkeypatch.setattr(passwords, "hash_password", lambda password: hashed.append(password) or real(password))
    assert registering.register(newcomer(typed, password="another good sentence"), ip=IP)
    assert hashed == ["another good sentence"]
    assert accounts() == [1, 1, 1]
    (mail,) = mails_to(EMAIL)
    assert "already" in mail.subject
    assert "/login" in mail.body
    assert "/reset-password" in mail.body
    assert mail.link_id is None
    assert by_password.sign_in(EMAIL, PASSWORD, HERE)


@pytest.mark.parametrize("confirmed", [True, False])
def test_an_address_gets_one_mail_in_ten_minutes(site, confirmed):
    make_account(EMAIL, confirmed=confirmed)
    for _ in range(10):
        registering.register(newcomer(EMAIL), ip=IP)
    assert len(mails_to(EMAIL)) == 1
    later(registering.QUIET_SECONDS + 1)
    with writing() as session:
        session.execute(update(Mail).values(cause="long ago"))
    registering.register(newcomer(EMAIL), ip=IP)
    assert len(mails_to(EMAIL)) == 2


@pytest.mark.parametrize("confirmed", [True, False])
def test_an_address_gets_five_mails_a_day(small_site, confirmed):
    make_account(EMAIL, confirmed=confirmed)
    for slot in range(7):
        registering.register(newcomer(EMAIL), ip=IP)
        later(registering.QUIET_SECONDS + 1)
        with writing() as session:
            session.execute(update(Mail).where(Mail.cause.endswith(now_slot())).values(cause=Mail.cause + f"-{slot}"))
    assert len(mails_to(EMAIL)) == registering.MOST_A_DAY
    later(86_400)
    registering.register(newcomer(EMAIL), ip=IP)
    assert len(mails_to(EMAIL)) == registering.MOST_A_DAY + 1


def test_a_disabled_account_gets_no_mail(small_site):
    make_account(EMAIL)
    service.set_enabled(EMAIL, enabled=False)
    registering.register(newcomer(EMAIL), ip=IP)
    assert mails_to(EMAIL) == []


def test_who_registers_last_and_has_the_mail_has_the_account(site):
    first = make_newcomer(EMAIL, password="the password of a stranger", first_name="Eve")
    later(registering.QUIET_SECONDS + 1)
    with writing() as session:
        session.execute(update(Mail).values(cause="long ago"))
    typed = cookie_in(registering.register(newcomer(EMAIL), ip=IP))
    with pytest.raises(Refused):
        registering.confirm(first, HERE)
    registering.confirm(link_for(EMAIL), HERE, typed=typed)
    assert account().first_name == "Ada"
    assert by_password.sign_in(EMAIL, PASSWORD, HERE)
    with pytest.raises(Refused):
        by_password.sign_in(EMAIL, "the password of a stranger", HERE)


def test_a_second_form_without_a_mail_changes_nothing(small_site):
    typed = cookie_in(registering.register(newcomer(EMAIL), ip=IP))
    registering.register(newcomer(EMAIL, password="the password of a stranger"), ip=IP)
    registering.confirm(link_for(EMAIL), HERE, typed=typed)
    assert by_password.sign_in(EMAIL, PASSWORD, HERE)


def test_twenty_at_once_make_one_account_and_one_mail(site):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: registering.register(newcomer(EMAIL), ip=IP), range(20)))
    assert accounts() == [1, 1, 1]
    assert len(mails_to(EMAIL)) == 1
    assert registering.confirm(link_for(EMAIL), HERE)


def test_registering_many_has_to_wait(small_site):
    for _ in range(limits.REGISTER.most):
        limits.record(limits.REGISTER, IP)
    with pytest.raises(TooOften):
        registering.register(newcomer(EMAIL), ip=IP)
    assert accounts() == [0, 0, 0]


@pytest.mark.parametrize(
    ("mode", "email", "fine"),
    [
        ("closed", EMAIL, False), ("academic", "ada@example.org", False), ("academic", "x@chem.ox.ac.uk", True),
        ("academic", "x@notmit.edu.evil.com", False), ("open", "ada@example.org", True),
    ],
)  # fmt: skip
def test_who_may_register(small_site, configure, mode, email, fine):
    configure(registration=mode)
    if fine:
        assert make_newcomer(email)
    else:
        with pytest.raises((Refused, Invalid)):
            registering.register(newcomer(email), ip=IP)
        assert accounts() == [0, 0, 0]
    assert make_account("operator@example.org").is_somebody


def test_sending_again_voids_the_older_link(site):
    first = make_newcomer(EMAIL)
    registering.send_again(EMAIL.upper(), ip=IP)
    second = link_for(EMAIL)
    assert first != second
    with pytest.raises(Refused):
        registering.confirm(first, HERE)
    assert registering.confirm(second, HERE)


@pytest.mark.parametrize("email", ["nobody@imperial.ac.uk", EMAIL, "off@imperial.ac.uk"])
def test_sending_again_writes_to_nobody_else(site, email):
    make_account(EMAIL)
    make_account("off@imperial.ac.uk", confirmed=False)
    service.set_enabled("off@imperial.ac.uk", enabled=False)
    assert registering.send_again(email, ip=IP) is None
    assert mails_to(email) == []


@pytest.mark.parametrize("email", ["nobody@imperial.ac.uk", EMAIL])
def test_sending_again_thrice_in_six_hours(small_site, email):
    make_newcomer(EMAIL)
    for number in range(3):
        registering.send_again(email, ip=f"192.0.2.{number}")
    with pytest.raises(TooOften):
        registering.send_again(email, ip="192.0.2.77")


def test_sending_again_ten_times_an_hour_from_a_network(small_site):
    for number in range(10):
        registering.send_again(f"a{number}@imperial.ac.uk", ip=IP)
    with pytest.raises(TooOften):
        registering.send_again("b@imperial.ac.uk", ip=IP)


@pytest.mark.parametrize(
    "email", ["a@b@c", "no at", "a@[127.0.0.1]", "a@x.edu,b@y.edu", "a\r\nBcc: b@x.edu", "\0@x.edu", "x" * 300 + "@x.edu"]
)
def test_what_is_no_address_is_a_fault_of_the_field(small_site, email):
    for ask in (lambda: registering.send_again(email, ip=IP), lambda: registering.register(newcomer(email), ip=IP)):
        with pytest.raises(Invalid) as refusal:
            ask()
        assert refusal.value.fields.keys() == {"email"}
    with reading() as session:
        assert session.exec(select(Mail)).all() == []


def test_an_unconfirmed_session_is_nobody(small_site):
    token = signed_in(EMAIL)
    with writing() as session:
        session.execute(update(Account).values(confirmed_at=None))
    assert not sessions.principal_of_token(token).is_somebody
