"""One of each kind of visitor, and one person whose work the others must not touch."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, select, update

from sciflask_reflex import links, storage
from sciflask_reflex.db import engine, reading, writing
from sciflask_reflex.identity import looking, service, sessions, tokens
from sciflask_reflex.identity.cookies import hash_of, new_guest_token
from sciflask_reflex.identity.models import Account, ApiToken, LocalAuthSession
from sciflask_reflex.models import Analysis, Owner, Role, Share, Status, Study, Upload
from tests.factories import make_analysis, make_study

PASSWORD = "correct horse battery"
RESULT = b"feature_1,feature_2\na,b\n"
ROLES = ("anonymous", "guest", "user", "other", "extra", "admin", "disabled", "looking")
"""user is Ada, whose work it is; extra has a role that the settings add; looking is an admin who sees the site as Ada does."""


@dataclass
class Belongings:
    """Ids of what is Ada's."""

    owner_id: str
    study: Study
    done: Analysis
    waiting: Analysis
    upload: Upload
    share: Share
    token_id: str
    session_id: int
    """Of a session of hers that none of the roles uses."""
    read: str
    submit: str
    expired: str
    revoked: str
    ids: set[str] = field(default_factory=set)


@dataclass
class Everybody:
    """A token for the cookie of each role, and what is Ada's."""

    sessions: dict[str, str]
    ada: Belongings


def everybody() -> Everybody:
    """Make all of them, on an empty site with a master key."""
    ada = _person("ada@example.org", Role.USER)
    root = _person("root@example.org", Role.ADMIN)
    disabled = _person("dora@example.org", Role.USER)
    cast = {
        "anonymous": "",
        "user": ada[1],
        "other": _person("bob@example.org", Role.USER)[1],
        "extra": _person("carol@example.org", "student")[1],
        "admin": root[1],
        "disabled": disabled[1],
    }
    cast["guest"] = new_guest_token()
    sessions.ensure_guest(cast["guest"], ip="192.0.2.1")
    service.set_enabled("dora@example.org", enabled=False)
    cast["looking"] = _person("eve@example.org", Role.ADMIN)[1]
    looking.start(cast["looking"], ada[0])
    return Everybody(cast, _belongings(ada[0]))


def _person(email: str, role: str) -> tuple[str, str]:
    owner_id = service.create_account(email, PASSWORD, role=role, accepted_terms=True).owner_id
    return owner_id, open_session(owner_id, role)


def open_session(owner_id: str, role: str) -> str:
    """Return the token of a new session."""
    with writing() as session:
        number = session.exec(select(Account.local_user_id).where(Account.owner_id == owner_id)).one()
        return sessions.open_session(session, number, role=role)


def _belongings(owner_id: str) -> Belongings:
    study, spare = make_study(owner_id), open_session(owner_id, Role.USER)
    files = [
        {"name": "pairs.csv", "bytes": len(RESULT), "sha256": hashlib.sha256(RESULT).hexdigest(), "media_type": "text/csv", "title": "P"}
    ]
    manifest = {"tool": "correlation", "seed": 7, "versions": {}, "outputs": [], "metrics": {}, "files": files}
    done = make_analysis(study, status=Status.DONE, attempt=1, manifest=manifest, finished_at=datetime.now(UTC))
    storage.result_folder(done.id, 1).mkdir(parents=True)
    (storage.result_folder(done.id, 1) / "pairs.csv").write_bytes(RESULT)
    waiting = make_analysis(study)
    upload = Upload(owner_id=owner_id, filename="a.csv", bytes=1, sha256="0" * 64)
    share = Share(analysis_id=done.id, owner_id=owner_id, token_sha256="", expires_at=datetime.now(UTC) + timedelta(days=1))
    share.token_sha256 = links.hash_of_link(share.id)
    with writing() as session:
        session.add_all([upload, share])
    keys = {name: tokens.create("ada@example.org", scope) for name, scope in (("read", "read"), ("submit", "submit"))}
    spoiled = {"expired": {"expires_at": datetime.now(UTC) - timedelta(seconds=1)}, "revoked": {"revoked_at": datetime.now(UTC)}}
    for name, values in spoiled.items():
        keys[name] = tokens.create("ada@example.org", "submit")
        with writing() as session:
            session.execute(update(ApiToken).where(ApiToken.token_sha256 == hash_of(keys[name])).values(**values))  # pyright: ignore[reportArgumentType]
    with reading() as session:
        number = session.exec(select(LocalAuthSession.id).where(LocalAuthSession.session_id == hash_of(spare))).one()
        token_id = session.exec(select(ApiToken.id).where(ApiToken.token_sha256 == hash_of(keys["read"]))).one()
    ids = {owner_id, study.id, done.id, waiting.id, upload.id, share.id, token_id}
    return Belongings(owner_id, study, done, waiting, upload, share, token_id, number, **keys, ids=ids)


Rows = dict[str, list[dict[str, Any]]]
NOISE = frozenset({"auditevent", "ratelimit", "alembic_version", "sessiondetail"})
"""What any visit may write; who is in a session is checked by what they may do."""


def everything() -> Rows:
    """Return every row of every table, but for notes of use."""
    with Session(engine()) as session:
        present = set(inspect(session.get_bind()).get_table_names())
        return {
            table.name: sorted(
                (
                    {k: v for k, v in row.items() if k not in ("seen_at", "last_used_at")}
                    for row in session.execute(table.select()).mappings()
                ),
                key=repr,
            )
            for table in SQLModel.metadata.sorted_tables
            if table.name in present - NOISE
        }


def of_ada(ada: Belongings, rows: Rows) -> Rows:
    """Return those of all rows that are Ada's or belong to something of hers."""
    return {
        name: [row for row in all_rows if ada.ids & {value for key, value in row.items() if key == "id" or key.endswith("_id")}]
        for name, all_rows in rows.items()
    }


def role_of(owner_id: str) -> str:
    """Return somebody's role."""
    with reading() as session:
        return session.exec(select(Owner.role).where(Owner.id == owner_id)).one()
