"""Where a database stands, found out without loading SQLAlchemy or alembic: most starts have nothing to migrate."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sciflask_reflex.settings import ROOT, Settings


def newest() -> str:
    """Return the newest revision that this program knows; files of migrations are named by their number."""
    return max(path.name.partition("_")[0] for path in (ROOT / "alembic" / "versions").glob("[0-9]*.py"))


def database_file(site: Settings) -> Path:
    """Return the file of a SQLite database."""
    return Path(site.database_url.removeprefix("sqlite:///"))


def is_current(site: Settings) -> bool:
    """Whether nothing is to be done; False also when this cannot be found out so quickly."""
    return site.is_sqlite and _sqlite_stands_at(database_file(site)) == newest()


def _sqlite_stands_at(database: Path) -> str | None:
    if not database.exists():
        return None
    try:
        with closing(sqlite3.connect(database)) as connection:
            row = connection.execute("select version_num from alembic_version").fetchone()
    except sqlite3.Error:
        return None
    return row[0] if row else None
