"""How often a second factor may be tried."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from pyotp.totp import TOTP

from sciflask_reflex.errors import Invalid, TooOften
from sciflask_reflex.identity.factors import taking, totp

pytestmark = pytest.mark.usefixtures("site")


def set_up(owner_id: str, clock) -> totp.Setup:
    setup = totp.begin(owner_id, "ada@example.org")
    totp.confirm(owner_id, TOTP(setup.secret).at(int(clock.now)))
    clock.now += 300
    return setup


def test_five_tries_are_all_that_a_thief_has(account, clock):
    owner = account()
    setup = set_up(owner, clock)  # its first code was one try
    for _ in range(4):
        with pytest.raises(Invalid):
            taking.take(owner, "x")
    with pytest.raises(TooOften) as told:
        taking.take(owner, TOTP(setup.secret).at(int(clock.now)))
    assert 0 < told.value.retry_after_s <= 300


def test_tries_at_once_do_not_slip_through(account, clock):
    owner = account()
    set_up(owner, clock)

    def attempt(_: int) -> bool:
        try:
            taking.take(owner, "x")
        except TooOften:
            return False
        except Invalid:
            return True
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) <= 4
