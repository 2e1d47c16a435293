"""A site on both databases, with its keys."""

import pytest

from tests.accounts import make_account


@pytest.fixture
def site(database, keys):
    """A fresh site."""
    return database


@pytest.fixture
def ada(site):
    """Somebody with an account."""
    return make_account()
