"""The migrations lead to the tables of the models, on both databases, and back."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

import sciflask_reflex.identity.models  # noqa: F401 - declares its tables
from sciflask_reflex.errors import Refused, Unavailable
from sciflask_reflex.settings import Settings, settings
from sciflask_reflex.supervisor import migrations, revisions


def test_the_models_are_the_migrated_tables(database: str):
    engine = create_engine(database)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": SQLModel.metadata})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_down_to_nothing_and_up_again(database: str):
    try:
        migrations.run("downgrade", database, "base")
        assert migrations.stands_at(settings()) is None
        assert tables(database) == {"alembic_version"}
    finally:
        migrations.run("upgrade", database, "head")
    assert migrations.stands_at(settings()) == revisions.newest()
    assert tables(database) == {*SQLModel.metadata.tables, "alembic_version"}


def test_an_empty_folder_gets_a_database(data_dir: Path):
    migrations.migrate(settings())
    assert migrations.stands_at(settings()) == revisions.newest()


def test_when_nothing_is_pending_nothing_is_done(database: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(migrations, "run", lambda *_: pytest.fail("migrated a database that was up to date"))
    migrations.migrate(settings())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations that a test may add to."""
    folder = tmp_path / "project"
    shutil.copytree(migrations.ROOT / "alembic", folder / "alembic")
    shutil.copy(migrations.ROOT / "alembic.ini", folder)
    for module in (migrations, revisions):
        monkeypatch.setattr(module, "ROOT", folder)
    return folder


NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade() -> None:
    op.create_table("planet", sa.Column("name", sa.Text(), primary_key=True))
"""


def test_a_sqlite_database_is_copied_before_it_changes(data_dir: Path, project: Path, capsys: pytest.CaptureFixture[str]):
    migrations.migrate(settings())
    database, before = data_dir / "sciflask.db", revisions.newest()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("insert into owner (id, role, name, created_at, seen_at) values ('o', 'user', 'Ada', 0, 0)")
    (project / "alembic" / "versions" / "9999_planets.py").write_text(NEXT.format(before=before))
    assert not revisions.is_current(settings())
    migrations.migrate(settings())
    assert revisions.is_current(settings())
    assert "planet" in tables(settings().database_url)
    copy = data_dir / f"sciflask.before-{before}.db"
    assert str(copy) in capsys.readouterr().out
    assert copy.stat().st_mode & 0o777 == 0o600
    assert "planet" not in tables(f"sqlite:///{copy}")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("select name from owner").fetchall() == [("Ada",)]


def test_a_database_of_a_newer_version_is_refused_untouched(database: str):
    engine = create_engine(database)
    try:
        with engine.begin() as connection:
            connection.execute(text("update alembic_version set version_num = '9999'"))
        assert not revisions.is_current(settings())
        with pytest.raises(Refused, match=r"is at revision 9999.*a newer version wrote it"):
            migrations.migrate(settings())
    finally:
        with engine.begin() as connection:
            connection.execute(text("update alembic_version set version_num = :newest"), {"newest": revisions.newest()})
        engine.dispose()


def test_the_quick_answer_is_the_one_that_alembic_gives(database: str):
    head = ScriptDirectory.from_config(Config(migrations.ROOT / "alembic.ini")).get_current_head()
    assert revisions.newest() == head == migrations.stands_at(settings())
    assert revisions.is_current(settings()) == settings().is_sqlite


def test_a_database_that_does_not_answer_is_named_without_its_password(data_dir: Path):
    site = Settings(database_url="postgresql://me:hidden@127.0.0.1:1/nowhere")  # pyright: ignore[reportCallIssue]
    with pytest.raises(Unavailable, match=r"me:\*\*\*@127\.0\.0\.1:1/nowhere does not answer") as caught:
        migrations.migrate(site)
    assert "hidden" not in caught.value.sentence


def test_a_new_migration_would_be_empty(data_dir: Path, project: Path):
    written = migrations.write_revision("nothing new").read_text()
    assert "def upgrade() -> None:\n    # ### commands auto generated by Alembic - please adjust! ###\n    pass" in written


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_what_was_there_before_accounts_were_confirmed_stays_and_counts(database: str):
    try:
        migrations.run("downgrade", database, "0001")
        engine = create_engine(database)
        with engine.begin() as connection:
            for statement in (
                "insert into localuser (username, password_hash, enabled) values ('a@b.edu', 'x', true)",
                "insert into owner (id, role, name, created_at, seen_at) values ('o', 'user', 'Ada', 7, 7)",
                (
                    "insert into account (owner_id, local_user_id, email, first_name, last_name, created_at, password_changed_at)"
                    " select 'o', id, 'a@b.edu', 'Ada', '', 7, 7 from localuser"
                ),
                (
                    "insert into study (id, owner_id, tool, name, name_key, is_example, findings, created_at)"
                    " values ('s', 'o', 'correlation', 'S', 's', false, '[]', 7), ('e', 'o', 'correlation', 'E', 'e', true, '[]', 7)"
                ),
            ):
                connection.execute(text(statement))
        engine.dispose()
        migrations.run("upgrade", database, "head")
        with engine.begin() as connection:
            owner = connection.execute(text("select studies_made, analyses_made, unwanted_mails from owner")).one()
            assert tuple(owner)[:2] == (1, 0)
            assert owner.unwanted_mails in ("[]", [])
            assert connection.execute(text("select confirmed_at from account")).scalar_one() == 7
        engine.dispose()
    finally:
        migrations.run("upgrade", database, "head")


OWNED = (
    "insert into owner (id, role, name, created_at, seen_at, unwanted_mails, studies_made, analyses_made) values ('o', 'user', 'A', 7, 7, '[]', 1, 0)",
    "insert into study (id, owner_id, tool, name, name_key, is_example, findings, created_at) values ('s', 'o', 't', 'S', 's', false, '[]', 7)",
)
INPUT = (
    "insert into studyinput (study_id, slot, filename, label, bytes, sha256, facts) values ('s', 'table', 'a.csv', 'genes', 9, 'x', '{}')"
)
SEVERAL = (
    "insert into studyinput (study_id, slot, position, filename, label, bytes, sha256, facts)"
    " values ('s', 'curves', 1, 'a.dat', '', 9, 'x', '{}'), ('s', 'curves', 2, 'b.dat', '', 9, 'x', '{}')"
)


def test_files_from_before_lists_are_the_only_ones_of_their_inputs(database: str):
    engine = create_engine(database)
    try:
        migrations.run("downgrade", database, "0002")
        with engine.begin() as connection:
            for statement in (*OWNED, INPUT):
                connection.execute(text(statement))
        migrations.run("upgrade", database, "head")
        with engine.begin() as connection:
            assert connection.execute(text("select slot, position, filename, label, bytes from studyinput")).all() == [
                ("table", 0, "a.csv", "genes", 9)
            ]
            connection.execute(text(SEVERAL))
        assert inspect(engine).get_pk_constraint("studyinput")["constrained_columns"] == ["study_id", "slot", "position"]
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(text(SEVERAL))
        with pytest.raises(RuntimeError, match="Delete these studies first"):
            migrations.run("downgrade", database, "0002")
        with engine.begin() as connection:
            assert connection.execute(text("select count(*) from studyinput")).scalar_one() == 3
            connection.execute(text("delete from studyinput where position > 0"))
        migrations.run("downgrade", database, "0002")
        with engine.begin() as connection:
            assert connection.execute(text("select slot, filename from studyinput")).all() == [("table", "a.csv")]
    finally:
        with engine.begin() as connection:
            connection.execute(text("delete from studyinput"))
        migrations.run("upgrade", database, "head")
        engine.dispose()


LARGE_RESULT = "update analysis set result_bytes = 5368709120"
ANALYSIS = (
    "insert into analysis (id, study_id, owner_id, tool, name, parameters, idempotency_key, status, attempt, crashes, stage, fraction, log,"
    " created_at, result_bytes) values ('a', 's', 'o', 't', 'A', '{}', 'k', 'done', 1, 0, '', 1, '[]', 7, 9)"
)


def test_results_may_be_larger_than_two_gigabytes(database: str):
    engine = create_engine(database)
    try:
        with engine.begin() as connection:
            for statement in (*OWNED, ANALYSIS, LARGE_RESULT):
                connection.execute(text(statement))
        with pytest.raises(RuntimeError, match="Delete these analyses first"):
            migrations.run("downgrade", database, "0003")
        with engine.begin() as connection:
            assert connection.execute(text("select result_bytes from analysis")).scalar_one() == 5 * 2**30
            connection.execute(text("update analysis set result_bytes = 9"))
        migrations.run("downgrade", database, "0003")
        migrations.run("upgrade", database, "head")
        with engine.begin() as connection:
            assert connection.execute(text("select result_bytes from analysis")).scalar_one() == 9
    finally:
        engine.dispose()
        migrations.run("upgrade", database, "head")
