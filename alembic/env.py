"""How migrations meet the tables: the address from the settings, the tables from the models, and nothing else."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, NullPool, create_engine
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import sciflask_reflex.identity.models
import sciflask_reflex.models  # noqa: F401 - importing declares the tables
from sciflask_reflex.db import Moment
from sciflask_reflex.settings import settings


def render_item(kind: str, thing: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types as the plain types they are stored as: an old migration must not follow new code."""
    if kind == "type" and isinstance(thing, Moment):
        return "sa.Float(53)"
    if kind == "type" and isinstance(thing, AutoString):
        return f"sa.String(length={thing.length})" if thing.length else "sa.String()"
    return False


def migrate_on(connection: Connection) -> None:
    """Run the migrations on an open connection."""
    context.configure(
        connection=connection, target_metadata=SQLModel.metadata, render_item=render_item, render_as_batch=True, compare_type=True
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate_on(given)
elif context.is_offline_mode():
    context.configure(url=settings().database_url, target_metadata=SQLModel.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(settings().database_url, poolclass=NullPool).connect() as connection:
        migrate_on(connection)
        connection.commit()
