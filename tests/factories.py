"""Owners, studies and analyses for tests: plain rows and real files, made without any service."""

import hashlib
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from sciflask_reflex import storage
from sciflask_reflex.db import writing
from sciflask_reflex.models import Analysis, Owner, Role, Status, Study, StudyInput, new_id

_numbers = count(1)


def small_table(samples: int = 20, features: int = 12) -> bytes:
    """Return a small CSV table whose numbers never change."""
    head = "sample," + ",".join(f"f{j}" for j in range(features))
    rows = [f"s{i}," + ",".join(f"{(i * 7 + j * 13 + i * j) % 101 / 10}" for j in range(features)) for i in range(samples)]
    return "\n".join([head, *rows, ""]).encode()


def make_owner(role: Role = Role.USER, *, name: str = "Ada", email: str | None = None, **fields: Any) -> Owner:
    """Store an owner; users and admins get an e-mail address of their own unless one is given."""
    if email is None and role is not Role.GUEST:
        email = f"owner{next(_numbers)}@example.org"
    owner = Owner(role=role, name=name, email=email, **fields)
    with writing() as session:
        session.add(owner)
    return owner


def make_study(
    owner_id: str,
    *,
    tool: str = "correlation",
    name: str = "",
    files: dict[str, bytes | Path] | None = None,
    labels: dict[str, str] | None = None,
) -> Study:
    """Store a study with its files on disk; without ``files`` it has one small table in the slot ``dataset1``."""
    name = name or f"Study {next(_numbers)}"
    study = Study(owner_id=owner_id, tool=tool, name=name, name_key=name.casefold())
    storage.study_folder(study.id).mkdir(parents=True)
    inputs = []
    for slot, content in (files or {"dataset1": small_table()}).items():
        data = content if isinstance(content, bytes) else content.read_bytes()
        storage.study_input(study.id, slot).write_bytes(data)
        filename = f"{slot}.csv" if isinstance(content, bytes) else content.name
        digest = hashlib.sha256(data).hexdigest()
        label = (labels or {}).get(slot, "")
        inputs.append(StudyInput(study_id=study.id, slot=slot, filename=filename, label=label, bytes=len(data), sha256=digest))
    with writing() as session:
        session.add(study)
        session.flush()
        session.add_all(inputs)
    return study


def make_analysis(
    study: Study, *, status: Status = Status.QUEUED, name: str = "", created_at: datetime | None = None, **fields: Any
) -> Analysis:
    """Store an analysis of a study, in any status, without ringing for a worker."""
    given = {"idempotency_key": new_id(), "tool": study.tool} | fields
    if created_at is not None:
        given["created_at"] = created_at
    name = name or f"Analysis {next(_numbers)}"
    analysis = Analysis(study_id=study.id, owner_id=study.owner_id, name=name, status=status, **given)
    with writing() as session:
        session.add(analysis)
    return analysis
