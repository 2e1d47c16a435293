"""A site with two people, a guest, and one finished analysis, asked over HTTP as programs and pages do."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import select

from sciflask_reflex import storage
from sciflask_reflex.api.app import api_app
from sciflask_reflex.db import writing
from sciflask_reflex.identity import sessions, tokens
from sciflask_reflex.identity.cookies import hash_of, new_guest_token
from sciflask_reflex.identity.models import Account, ApiToken
from sciflask_reflex.identity.service import create_account
from sciflask_reflex.models import Analysis, Status, Study, StudyInput
from sciflask_reflex.secrets import ensure, subkey

OURS = "http://localhost:3000"
PASSWORD = "a long enough passphrase"
RESULTS = {"pairs.csv": b"feature_1,feature_2\na,b\n", "figure.svg": b"<svg onload='alert(1)'/>", "numbers.json": b"{}" * 1000}
Ask = Callable[..., httpx.Response]


def _ask(method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(api_app(), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=OURS) as client:
            return await client.request(method, path, headers=headers, **more)

    return asyncio.run(go())


@pytest.fixture
def ask() -> Ask:
    """Return a function that sends one request to the API."""
    return _ask


@pytest.fixture
def site(database: str, quick_passwords: None) -> Iterator[str]:
    """Return a fresh site's database address, with a master key."""
    subkey.cache_clear()
    ensure()
    yield database
    subkey.cache_clear()


@dataclass
class Person:
    """Somebody with an account, and the credentials that stand for them."""

    owner_id: str
    submit: dict[str, str]
    read: dict[str, str]
    cookie: dict[str, str]


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def _person(email: str) -> Person:
    owner_id = create_account(email, PASSWORD).owner_id
    with writing() as session:
        number = session.exec(select(Account.local_user_id).where(Account.owner_id == owner_id)).one()
        token = sessions.open_session(session, number)
    cookie = {"cookie": f"sciflask_session={token}", "origin": OURS}
    return Person(owner_id, _bearer(tokens.create(email, "submit")), _bearer(tokens.create(email, "read")), cookie)


@pytest.fixture
def ada(site: str) -> Person:
    """Return somebody who owns things."""
    return _person("ada@example.org")


@pytest.fixture
def bob(site: str) -> Person:
    """Return somebody else."""
    return _person("bob@example.org")


@pytest.fixture
def guest(site: str) -> dict[str, str]:
    """Return the headers of a guest's browser that has never sent anything."""
    return {"cookie": f"sciflask_session={new_guest_token()}", "origin": OURS}


def spoil(headers: dict[str, str], **values: Any) -> None:
    """Change the row of a token."""
    token = headers["authorization"].removeprefix("Bearer ")
    with writing() as session:
        row = session.exec(select(ApiToken).where(ApiToken.token_sha256 == hash_of(token))).one()
        row.sqlmodel_update(values)


@pytest.fixture
def expired(ada: Person) -> dict[str, str]:
    """Return a token of Ada's that has expired."""
    headers = _bearer(tokens.create("ada@example.org"))
    spoil(headers, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    return headers


@pytest.fixture
def revoked(ada: Person) -> dict[str, str]:
    """Return a token of Ada's that was revoked."""
    headers = _bearer(tokens.create("ada@example.org"))
    spoil(headers, revoked_at=datetime.now(UTC))
    return headers


@pytest.fixture
def study(ada: Person) -> Study:
    """Return a study of Ada's whose files have awkward names."""
    found = Study(owner_id=ada.owner_id, tool="correlation", name="Mice & men", name_key="mice & men")
    storage.study_folder(found.id).mkdir(parents=True)
    inputs = []
    for slot, filename in (("dataset1", "../../наука.csv"), ("dataset2", "a/b/НАУКА.csv")):
        data = f"sample,f\n{slot},1\n".encode()
        storage.study_input(found.id, slot).write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        inputs.append(StudyInput(study_id=found.id, slot=slot, filename=filename, label="genes", bytes=len(data), sha256=digest))
    with writing() as session:
        session.add(found)
        session.flush()
        session.add_all(inputs)
    return found


def finished(study: Study) -> Analysis:
    """Store a finished analysis with its result files."""
    files = [
        {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "media_type": "x/y", "title": name}
        for name, data in RESULTS.items()
    ]
    manifest = {
        "tool": "correlation",
        "seed": 7,
        "versions": {"numpy": "2.0"},
        "outputs": [
            {
                "name": "pairs",
                "kind": "table",
                "title": "Pairs",
                "caption": "",
                "section": "",
                "files": ["pairs.csv"],
                "rows": 1,
                "columns": 2,
            }
        ],
        "metrics": {"tests": {"title": "Tests", "value": 190, "help": "", "unit": ""}},
        "files": files,
    }
    now = datetime(2026, 11, 21, 12, 0, 1, tzinfo=UTC)
    row = Analysis(
        study_id=study.id, owner_id=study.owner_id, tool="correlation", name="First look", idempotency_key="k", status=Status.DONE,
        attempt=1, parameters={"alpha": 0.05}, manifest=manifest, created_at=now, started_at=now, finished_at=now, fraction=1.0,
    )  # fmt: skip
    folder = storage.result_folder(row.id, 1)
    folder.mkdir(parents=True)
    for name, data in RESULTS.items():
        (folder / name).write_bytes(data)
    with writing() as session:
        session.add(row)
    return row


@pytest.fixture
def done(study: Study) -> Analysis:
    """Return a finished analysis of Ada's."""
    return finished(study)


@pytest.fixture
def waiting(study: Study) -> Analysis:
    """Return an analysis of Ada's that waits."""
    row = Analysis(study_id=study.id, owner_id=study.owner_id, tool="correlation", name="Later", idempotency_key="w")
    with writing() as session:
        session.add(row)
    return row


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    """Yield a body in pieces, so that it has no length."""
    for part in parts:
        yield part
