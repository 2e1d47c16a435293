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

from sciflask_reflex.errors import Refused, Unavailable
from sciflask_reflex.settings import ROOT, Settings
from sciflask_reflex.supervisor import revisions
from sciflask_reflex.supervisor.logs import say

LOCK_KEY = 7345101
"""Under PostgreSQL, instances that start together migrate one after the other: this names the lock."""


def migrate(site: Settings) -> None:
    """Bring the database to the newest revision; a SQLite file is copied first. Refuses one that a newer version wrote."""
    database = revisions.database_file(site)
    if site.is_sqlite:
        database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    present, newest = stands_at(site), revisions.newest()
    if present == newest:
        return
    if present is not None and present > newest:
        sentence = (
            f"The database is at revision {present}, and this version knows only those up to {newest}: a newer version wrote it. "
            "Start that version, or go back to a copy of the database from before."
        )
        raise Refused(sentence)
    if site.is_sqlite and present is not None:
        _copy_first(database, present)
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


def _copy_first(database: Path, revision: str) -> None:
    """Keep a copy of the database as it was, beside it; the name says at which revision."""
    copy = database.with_name(f"{database.stem}.before-{revision}.db")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    copy.chmod(0o600)
    say(f"The tables change. A copy of the database as it was is in {copy}.")
