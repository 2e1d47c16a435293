"""Codes by an app, and recovery codes: what opens, what does not, and how often."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from pyotp.totp import TOTP
from sqlmodel import select

from sciflask_reflex.db import reading
from sciflask_reflex.errors import Invalid, Refused
from sciflask_reflex.identity.factors import recovery, second_step, taking, totp, tries
from sciflask_reflex.models import AuditEvent, Mail

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "LIMITS", ())


def code_at(setup: totp.Setup, moment: float) -> str:
    return TOTP(setup.secret).at(int(moment))


def set_up(owner_id: str, clock) -> tuple[totp.Setup, list[str]]:
    setup = totp.begin(owner_id, "ada@example.org")
    codes = totp.confirm(owner_id, code_at(setup, clock.now))
    clock.now += 300
    return setup, codes


def is_needed(owner_id: str) -> bool:
    with reading() as session:
        return second_step.needed(session, owner_id)


def test_a_second_step_follows_only_once_a_first_code_proved_the_app(account, clock):
    owner = account()
    setup = totp.begin(owner, "ada@example.org")
    assert not is_needed(owner)
    with pytest.raises(Invalid) as told:
        totp.confirm(owner, "000000" if code_at(setup, clock.now) != "000000" else "000001")
    assert "code" in told.value.fields
    assert not is_needed(owner)
    assert len(set(totp.confirm(owner, code_at(setup, clock.now)))) == 10
    assert is_needed(owner)


def test_the_picture_holds_the_secret_and_the_database_does_not(account, clock, dump: Callable[[], str]):
    owner = account()
    setup, codes = set_up(owner, clock)
    assert setup.picture.startswith("<svg")
    assert f"secret={setup.secret}" in setup.address
    assert "issuer=SciFlask" in setup.address
    kept = dump()
    assert setup.secret not in kept
    assert not [code for code in codes if code in kept or recovery.plain(code) in kept]


def test_each_code_is_good_once(account, clock):
    owner = account()
    setup, _ = set_up(owner, clock)
    code = code_at(setup, clock.now)
    assert taking.take(owner, code) == taking.TOTP
    with pytest.raises(Invalid):
        taking.take(owner, code)


def test_the_code_that_turned_codes_on_opens_nothing(account, clock):
    owner = account()
    setup = totp.begin(owner, "ada@example.org")
    code = code_at(setup, clock.now)
    totp.confirm(owner, code)
    with pytest.raises(Invalid):
        taking.take(owner, code)


@pytest.mark.parametrize(("seconds", "good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_the_phones_clock_may_be_half_a_minute_off(account, clock, seconds: int, good: bool):
    owner = account()
    setup, _ = set_up(owner, clock)
    code = code_at(setup, clock.now + seconds)
    if good:
        assert taking.take(owner, f" {code[:3]} {code[3:]} ") == taking.TOTP
        return
    with pytest.raises(Invalid):
        taking.take(owner, code)


def test_an_older_code_is_dead_once_a_newer_one_was_used(account, clock):
    owner = account()
    setup, _ = set_up(owner, clock)
    taking.take(owner, code_at(setup, clock.now))
    with pytest.raises(Invalid):
        taking.take(owner, code_at(setup, clock.now - 30))


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "½½½½½½", "\x00" * 6, "9" * 10_000])
def test_what_is_no_code_is_refused(account, clock, typed: str):
    owner = account()
    set_up(owner, clock)
    with pytest.raises(Invalid):
        taking.take(owner, typed)


def test_a_recovery_code_opens_once_and_is_told(account, clock):
    owner = account()
    _, codes = set_up(owner, clock)
    assert taking.take(owner, codes[0].upper().replace("-", " ")) == taking.RECOVERY
    with pytest.raises(Invalid):
        taking.take(owner, codes[0])
    assert taking.factors_of(owner) == taking.Factors(totp=True, passkeys=0, recovery_left=9)
    with reading() as session:
        tags = session.exec(select(AuditEvent.tag).where(AuditEvent.subject_id == owner).order_by(AuditEvent.id)).all()
        mails = [mail.body for mail in session.exec(select(Mail)).all()]
    assert tags == ["account:factor:add", "account:factor:recovery:use", "account:factor:failure"]
    assert sum("a recovery code was used" in body and "Codes left: 9." in body for body in mails) == 1
    assert codes[0] not in str(mails)


def test_of_two_at_once_one_recovery_code_opens_once(account, clock):
    owner = account()
    _, codes = set_up(owner, clock)

    def attempt(_: int) -> bool:
        try:
            return taking.take(owner, codes[0]) == taking.RECOVERY
        except Invalid:
            return False

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, range(6))) == 1


def test_somebody_elses_codes_open_nothing(account, clock):
    ada, eve = account(), account()
    ada_setup, ada_codes = set_up(ada, clock)
    set_up(eve, clock)
    for code in (code_at(ada_setup, clock.now), ada_codes[0]):
        with pytest.raises(Invalid):
            taking.take(eve, code)


def test_new_recovery_codes_end_those_of_before(account, clock):
    owner = account()
    _, old = set_up(owner, clock)
    new = taking.new_recovery_codes(owner)
    assert not set(old) & set(new)
    assert all(re.fullmatch(r"([a-z2-7]{6}-){3}[a-z2-7]{6}", code) for code in new)
    with pytest.raises(Invalid):
        taking.take(owner, old[1])
    assert taking.take(owner, new[1]) == taking.RECOVERY


def test_turning_codes_off_forgets_secret_and_recovery_codes(account, clock):
    owner = account()
    setup, codes = set_up(owner, clock)
    totp.turn_off(owner)
    assert not is_needed(owner)
    assert taking.factors_of(owner) == taking.Factors()
    for code in (code_at(setup, clock.now), codes[0]):
        with pytest.raises(Invalid):
            taking.take(owner, code)


def test_a_second_app_is_refused_while_one_is_on(account, clock):
    owner = account()
    set_up(owner, clock)
    with pytest.raises(Refused, match="on already"):
        totp.begin(owner, "ada@example.org")
    with pytest.raises(Refused, match="on already"):
        totp.confirm(owner, "123456")


def test_nothing_is_confirmed_that_was_not_begun(account):
    with pytest.raises(Refused, match="Begin again"):
        totp.confirm(account(), "123456")
