"""The database: engine, sessions, and its clock. Works on SQLite and PostgreSQL alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Dialect, Engine, Enum, Float, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

from sciflask_reflex.settings import settings

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING  # pyright: ignore[reportAttributeAccessIssue]

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "trusted_schema=OFF")


class Moment(TypeDecorator[datetime]):
    """A point in time: seconds since 1970 in the database, an aware UTC datetime in Python.

    Plain numbers compare and add alike in both databases, so that leases can be computed where the clock is.
    """

    impl = Float(53)
    cache_ok = True

    def process_bind_param(self, value: datetime | float | None, dialect: Dialect) -> float | None:
        """Store a datetime or a number of seconds."""
        return value.timestamp() if isinstance(value, datetime) else value

    def process_result_value(self, value: float | None, dialect: Dialect) -> datetime | None:
        """Give back an aware datetime."""
        return None if value is None else datetime.fromtimestamp(value, UTC)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Compare with datetimes, and add plain seconds."""
        return self if isinstance(value, datetime) else Float(53)


def words(kind: type[StrEnum]) -> Enum:
    """Return the column type of an enumeration: its values as plain text, so that a new word needs no new type in the database."""
    return Enum(kind, native_enum=False, length=16, values_callable=lambda members: [member.value for member in members])


class now(FunctionElement[float]):  # noqa: N801 - reads as SQL
    """The database's own clock, in seconds since 1970."""

    type = Float(53)
    inherit_cache = True


@compiles(now, "sqlite")
def _sqlite_now(element: now, compiler: Any, **kw: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(now)
def _now(element: now, compiler: Any, **kw: Any) -> str:
    return "extract(epoch from clock_timestamp())"


def make_engine(url: str) -> Engine:
    """Return an engine whose every connection is safe: durable, foreign keys on, waiting rather than failing.

    Its errors do not repeat values: among them are hashes, addresses, and what people typed.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=5, max_overflow=10, pool_timeout=10)
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": 10, "check_same_thread": False}, pool_size=10, max_overflow=20
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A transaction that reads before it writes must take the write lock at once, or it fails with "busy" (WAL).
        mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def insert(table: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that can say what to do when the row is there already: both databases do the same, by two names."""
    return (sqlite if settings().is_sqlite else postgresql).insert(table)


@cache
def engine() -> Engine:
    """Return the engine of this process."""
    return make_engine(settings().database_url)


@contextmanager
def reading() -> Iterator[Session]:
    """Yield a session that only reads."""
    with Session(engine(), expire_on_commit=False) as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """Yield a session that holds the write lock (SQLite) and commits at the end; any exception rolls everything back."""
    bind = engine().execution_options(writes=True)
    with Session(bind, expire_on_commit=False) as session, session.begin():
        yield session
