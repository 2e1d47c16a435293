"""People with accounts, and a clock that tests turn."""

from collections.abc import Callable
from itertools import count

import pytest

from sciflask_reflex.db import writing
from sciflask_reflex.identity import accounts, passwords
from sciflask_reflex.identity.factors import totp

_numbers = count(1)


@pytest.fixture
def account() -> Callable[[], str]:
    """Return a function that makes a confirmed account without a password, and returns its owner."""

    def make() -> str:
        details = accounts.Details(f"ada{next(_numbers)}@example.org", passwords.NO_PASSWORD, "Ada", "Lovelace", "user", True, True)
        with writing() as session:
            return accounts.add(session, details)[0].id

    return make


class Clock:
    """The time as the codes see it."""

    def __init__(self) -> None:
        self.now = 1_700_000_015.0

    def time(self) -> float:
        """Return it."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock of this test's own."""
    clock = Clock()
    monkeypatch.setattr(totp, "time", clock)
    return clock
