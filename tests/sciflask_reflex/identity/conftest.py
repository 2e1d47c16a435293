"""A site of its own for each test."""

import pytest


@pytest.fixture
def site(database: str, keys: None) -> str:
    """A site on SQLite and on PostgreSQL."""
    return database


@pytest.fixture
def small_site(sqlite: str, keys: None) -> str:
    """A site on SQLite alone."""
    return sqlite
