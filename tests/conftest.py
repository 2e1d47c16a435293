"""What every test may ask for: settings of its own, and a migrated database on SQLite and on PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from pipeline import tools
from pipeline.toolkit import Tool
from sciflask_reflex.db import engine
from sciflask_reflex.identity import acts, idle
from sciflask_reflex.jobs import faults
from sciflask_reflex.settings import Settings, settings
from sciflask_reflex.supervisor import migrations

POSTGRES = os.environ.get("SCIFLASK_TEST_POSTGRES", "")


def _forget() -> None:
    """Make the process read its settings again, when nothing is still being written by the old ones."""
    acts.settle()
    faults.settle()
    idle.settle()
    if engine.cache_info().currsize:
        engine().dispose()
    engine.cache_clear()
    settings.cache_clear()


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Set exactly these settings for a while: neither the shell's nor those of a ``.env`` file."""
    patch = pytest.MonkeyPatch()
    for name in [name for name in os.environ if name.startswith("SCIFLASK_") and not name.startswith("SCIFLASK_TEST_")]:
        patch.delenv(name)
    patch.setitem(Settings.model_config, "env_file", None)
    for name, value in values.items():
        patch.setenv(name, value)
    _forget()
    try:
        yield
    finally:
        _forget()
        patch.undo()
        _forget()


def _migrate() -> None:
    """Build the schema by the real migrations."""
    migrations.run("upgrade", settings().database_url, "head")


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    with _environment(SCIFLASK_DATA_DIR=str(folder)):
        _migrate()
        with engine().connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "sciflask.db"


@pytest.fixture(scope="session")
def _postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database on the PostgreSQL server that the environment names, made once and dropped at the end."""
    if not POSTGRES:
        pytest.skip("SCIFLASK_TEST_POSTGRES is not set: no PostgreSQL server to test on")
    name = f"sciflask_test_{os.getpid()}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')  # pyright: ignore[reportArgumentType]
    url = f"{POSTGRES.rsplit('/', 1)[0]}/{name}"
    try:
        with _environment(SCIFLASK_DATA_DIR=str(tmp_path_factory.mktemp("pg")), SCIFLASK_DATABASE_URL=url):
            _migrate()
        yield url
    finally:
        with psycopg.connect(POSTGRES, autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # pyright: ignore[reportArgumentType]


def _empty_tables() -> None:
    """Empty what the last test has filled, and let numbers begin at 1. To truncate every table takes half a second, each time."""
    with engine().begin() as connection:
        names = [row[0] for row in connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))]
        looks = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names if name != "alembic_version")
        for (name,) in connection.execute(text(" UNION ALL ".join(looks))).all():
            connection.execute(text(f'ALTER TABLE "{name}" DISABLE TRIGGER USER'))  # the log refuses to be changed
            connection.execute(text(f'DELETE FROM "{name}"'))
            connection.execute(text(f'ALTER TABLE "{name}" ENABLE TRIGGER USER'))
        begun = "SELECT setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"
        connection.execute(text(begun))


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A fresh data folder and default settings; no database yet."""
    with _environment(SCIFLASK_DATA_DIR=str(tmp_path / "data")):
        (tmp_path / "data").mkdir()
        yield tmp_path / "data"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh data folder and an empty, migrated database; every test runs on both kinds. Yields the address."""
    folder = tmp_path / "data"
    folder.mkdir()
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("_sqlite_template"), folder / "sciflask.db")
        with _environment(SCIFLASK_DATA_DIR=str(folder)):
            yield settings().database_url
        return
    with _environment(SCIFLASK_DATA_DIR=str(folder), SCIFLASK_DATABASE_URL=request.getfixturevalue("_postgres_url")):
        _empty_tables()
        yield settings().database_url


@pytest.fixture
def sqlite(tmp_path: Path, _sqlite_template: Path) -> Iterator[str]:
    """As ``database``, on SQLite alone: for tests whose point is not the database."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(_sqlite_template, folder / "sciflask.db")
    with _environment(SCIFLASK_DATA_DIR=str(folder)):
        yield settings().database_url


@pytest.fixture
def every_kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tool]:
    """A tool with every kind of input, parameter and output, installed like any other; job children find it too."""
    folder = str(Path(__file__).with_name("every_kind"))
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", folder)
    tools.cache_clear()
    yield tools()["every-kind"]
    tools.cache_clear()


@pytest.fixture
def live_tools(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Tool]]:
    """Live tools of an installed package: one that misbehaves on demand, one with every kind of control. Child processes find them too."""
    folder = str(Path(__file__).with_name("live_tools"))
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", folder)
    tools.cache_clear()
    yield tools()
    tools.cache_clear()
