"""A tool's example as a study of the visitor's own: made once for each owner, found again ever after."""

import hashlib

from sqlmodel import Session, col, select

from pipeline.toolkit import Tool
from pipeline.toolkit.places import spread
from sciflask_reflex import quotas
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import NotFound
from sciflask_reflex.models import Study
from sciflask_reflex.names import free_name
from sciflask_reflex.studies.checking import Given, run_check
from sciflask_reflex.studies.saving import Draft, add_rows, stored_files


def _existing(session: Session, owner_id: str, slug: str) -> str | None:
    """Return the id of the owner's example for a tool, the oldest when two accounts were joined."""
    query = select(Study.id).where(Study.owner_id == owner_id, Study.tool == slug, col(Study.is_example).is_(True))
    return session.exec(query.order_by(col(Study.created_at), col(Study.id)).limit(1)).first()


def example_study(owner_id: str, tool: Tool) -> str:
    """Return the id of the owner's study of a tool's first example; makes it when it is not there. Twice, or at once, is harmless.

    Raises:
        NotFound: If the tool has no example, or there is no such owner.
    """
    if not tool.examples:
        raise NotFound("example")
    with reading() as session:
        if known := _existing(session, owner_id, tool.slug):
            return known
    example = tool.examples[0]
    paths = spread(tool, example.files)
    files = {place: Given(path, path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for place, path in paths.items()}
    report = run_check(tool.slug, files)
    with stored_files(files) as stored, writing() as session:
        owner = quotas.locked(session, owner_id)  # from here on, nobody else makes it
        if known := _existing(session, owner_id, tool.slug):
            return known
        quotas.refuse_tool(session, owner, tool.slug)
        taken = set(session.exec(select(Study.name_key).where(Study.owner_id == owner_id)).all())
        name = free_name(example.title, taken)
        add_rows(session, stored, Draft(owner.id, tool.slug, name, files, example.labels, report, is_example=True))
    return stored.study_id
