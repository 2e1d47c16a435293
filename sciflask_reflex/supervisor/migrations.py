"""The database is brought to the present tables before anything uses it."""

import io
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from sciflask_reflex.errors import Unavailable
from sciflask_reflex.settings import ROOT, Settings
from sciflask_reflex.supervisor.logs import say

LOCK_KEY = 7345101
"""Under PostgreSQL, instances that start together migrate one after the other: this names the lock."""


def migrate(site: Settings) -> None:
    """Bring the database to the newest revision; a SQLite file is copied first. Does nothing, quickly, when it is there already."""
    if site.is_sqlite:
        _database_file(site).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    present, newest = stands_at(site), newest_revision()
    if present == newest:
        return
    if site.is_sqlite and present is not None:
        _copy_first(_database_file(site), present)
    run("upgrade", site.database_url, "head")


def stands_at(site: Settings) -> str | None:
    """Return the revision of the database; None when it is empty."""
    engine = create_engine(site.database_url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("select version_num from alembic_version")).scalar()
    except OperationalError as fault:
        address = make_url(site.database_url).render_as_string(hide_password=True)
        sentence = f"The database {address} does not answer: {str(fault.orig).strip()}. Check SCIFLASK_DATABASE_URL."
        raise Unavailable(sentence) from fault
    finally:
        engine.dispose()


def newest_revision() -> str | None:
    """Return the newest revision that this program knows."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).get_current_head()


def run(verb: str, url: str, *arguments: Any, **options: Any) -> Any:
    """Run one of alembic's own commands (``upgrade``, ``downgrade``, ``revision``) on the database at ``url``."""
    from alembic import command
    from alembic.config import Config

    # Not our make_engine: alembic says BEGIN itself, and SQLite must not check foreign keys while a table is rebuilt.
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            _take_turns(connection)
            config = Config(ROOT / "alembic.ini", stdout=io.StringIO())
            config.attributes["connection"] = connection
            outcome = getattr(command, verb)(config, *arguments, **options)
            connection.commit()
            return outcome
    finally:
        engine.dispose()


def write_revision(title: str) -> Path:
    """Write the migration that leads from the newest revision to the tables of the models, and return its file."""
    folder = ROOT / "alembic" / "versions"
    folder.mkdir(exist_ok=True)
    number = f"{len(list(folder.glob('*.py'))) + 1:04}"
    with tempfile.TemporaryDirectory() as scratch:
        url = f"sqlite:///{scratch}/empty.db"
        run("upgrade", url, "head")
        return Path(run("revision", url, title, autogenerate=True, rev_id=number).path)


def _take_turns(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})


def _database_file(site: Settings) -> Path:
    return Path(make_url(site.database_url).database or "")


def _copy_first(database: Path, revision: str) -> None:
    """Keep a copy of the database as it was, beside it; the name says at which revision."""
    copy = database.with_name(f"{database.stem}.before-{revision}.db")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    copy.chmod(0o600)
    say(f"The tables change. A copy of the database as it was is in {copy}.")
