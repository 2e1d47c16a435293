"""A site of its own for each test: database, secrets, and quick look-ups of what was stored."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import inspect, text

from sciflask_reflex.db import engine
from sciflask_reflex.settings import settings


@pytest.fixture
def site(database: str, keys: None) -> str:
    """A site on SQLite and on PostgreSQL."""
    return database


@pytest.fixture
def small_site(sqlite: str, keys: None) -> str:
    """A site on SQLite alone."""
    return sqlite


@pytest.fixture
def dump() -> Callable[[], str]:
    """Return a function that prints every cell of the database."""

    def everything() -> str:
        with engine().connect() as connection:
            names = inspect(engine()).get_table_names()
            return "\n".join(repr(tuple(row)) for name in names for row in connection.execute(text(f'SELECT * FROM "{name}"')))

    return everything


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Return a function that changes settings for this test."""

    def change(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"SCIFLASK_{name.upper()}", value)
        settings.cache_clear()

    yield change
    settings.cache_clear()
