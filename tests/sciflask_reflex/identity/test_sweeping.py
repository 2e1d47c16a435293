"""Credentials that are over are forgotten, and no others."""

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from sciflask_reflex.db import reading, writing
from sciflask_reflex.identity import sweeping
from sciflask_reflex.identity.models import Account, LocalAuthSession, OneTimeLink, SessionDetail
from sciflask_reflex.identity.service import create_account
from sciflask_reflex.identity.sessions import open_session
from sciflask_reflex.models import utcnow


def test_what_is_over_goes(site):
    owner_id = create_account("ada@example.org", "correct horse battery").owner_id
    now = utcnow()
    with writing() as session:
        number = session.exec(select(Account.local_user_id).where(Account.owner_id == owner_id)).one()
        open_session(session, number)
        session.add(LocalAuthSession(user_id=number, session_id="old", expiration=datetime.now(UTC) - timedelta(seconds=1)))
        session.add(SessionDetail(session_sha256="old", local_user_id=number, created_at=now - timedelta(days=8)))
        for name, used, expires in (("good", None, 1), ("used", -2, 1), ("just used", 0, 1), ("over", None, -2)):
            used_at = None if used is None else now + timedelta(days=used)
            link = OneTimeLink(
                purpose="reset", owner_id=owner_id, token_sha256=name, expires_at=now + timedelta(days=expires), used_at=used_at
            )
            session.add(link)
    assert sweeping.sweep_credentials() == 4
    assert sweeping.sweep_credentials() == 0
    with reading() as session:
        assert set(session.exec(select(OneTimeLink.token_sha256))) == {"good", "just used"}
        assert len(session.exec(select(LocalAuthSession)).all()) == len(session.exec(select(SessionDetail)).all()) == 1
