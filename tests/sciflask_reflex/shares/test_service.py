"""Private links: good for their time, for whoever has them, and gone at once when revoked."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from sciflask_reflex import links
from sciflask_reflex.analyses import service as analyses
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, NotFound, Refused
from sciflask_reflex.models import AuditEvent, Role, Share, Status, utcnow
from sciflask_reflex.settings import settings
from sciflask_reflex.shares import service

pytestmark = pytest.mark.usefixtures("site")


def token_of(row: service.ShareRow) -> str:
    return links.token_of(row.id)


def tags() -> list[str]:
    with reading() as session:
        return list(session.exec(select(AuditEvent.tag).order_by(col(AuditEvent.id))))


def test_a_link_leads_to_its_result_and_the_database_does_not_know_it(result):
    analysis = result()
    row = service.create(analysis.id, owner_id=analysis.owner_id, days=30)
    shared = service.open_link(token_of(row))
    assert (shared.analysis_id, shared.owner_id) == (analysis.id, analysis.owner_id)
    assert timedelta(days=29, hours=23) < shared.expires_at - utcnow() <= timedelta(days=30)
    assert service.address(row.id, owner_id=analysis.owner_id) == f"{settings().public_url}/r/{token_of(row)}"
    with reading() as session:
        assert token_of(row) not in str(session.exec(select(Share)).one().model_dump())
    assert tags() == ["share:create"]


def test_only_opening_counts_and_it_is_written_down_once_an_hour(result):
    analysis = result()
    row = service.create(analysis.id, owner_id=analysis.owner_id)
    service.open_link(token_of(row))
    for _ in range(3):
        service.open_link(token_of(row), count=True)
    (shown,) = service.list_for(analysis.id, owner_id=analysis.owner_id)
    assert (shown.opened, shown.last_opened_at is not None) == (3, True)
    assert tags() == ["share:create", "share:use"]


@pytest.mark.parametrize("how", ["revoked", "over", "deleted", "another", "empty", "long", "id"])
def test_every_link_that_is_no_good_gives_the_same_answer(result, how):
    analysis = result()
    row = service.create(analysis.id, owner_id=analysis.owner_id)
    token = {"another": links.token_of("0" * 32), "empty": "", "long": "x" * 100_000, "id": row.id}.get(how, token_of(row))
    if how == "revoked":
        service.revoke(row.id, owner_id=analysis.owner_id)
    if how == "over":
        with writing() as session:
            session.execute(update(Share).values(expires_at=utcnow()))
    if how == "deleted":
        analyses.delete(analysis.id, owner_id=analysis.owner_id)
    with pytest.raises(NotFound) as told:
        service.open_link(token, count=True)
    assert told.value.sentence == NotFound("link").sentence
    if how in ("revoked", "over", "deleted"):
        assert service.list_for(analysis.id, owner_id=analysis.owner_id) == []
        with pytest.raises(NotFound):
            service.address(row.id, owner_id=analysis.owner_id)


def test_somebody_else_can_neither_make_see_copy_nor_revoke(result):
    mine, theirs = result(), result()
    row = service.create(mine.id, owner_id=mine.owner_id)
    for act in (
        lambda: service.create(mine.id, owner_id=theirs.owner_id),
        lambda: service.create("x", owner_id=theirs.owner_id),
        lambda: service.address(row.id, owner_id=theirs.owner_id),
        lambda: service.revoke(row.id, owner_id=theirs.owner_id),
    ):
        with pytest.raises(NotFound):
            act()
    assert service.list_for(mine.id, owner_id=theirs.owner_id) == []
    assert service.open_link(token_of(row))


def test_what_cannot_be_shared(result):
    failed, done = result(status=Status.FAILED), result()
    with pytest.raises(Refused, match="no result"):
        service.create(failed.id, owner_id=failed.owner_id)
    with pytest.raises(Invalid):
        service.create(done.id, owner_id=done.owner_id, days=3650)
    for _ in range(service.MOST):
        service.create(done.id, owner_id=done.owner_id)
    with pytest.raises(Refused, match="Revoke one"):
        service.create(done.id, owner_id=done.owner_id)


def test_a_link_never_outlives_what_it_leads_to(result, monkeypatch):
    guests = result(Role.GUEST)
    row = service.create(guests.id, owner_id=guests.owner_id, days=365)
    assert row.expires_at == analyses.kept_until(guests.id, owner_id=guests.owner_id)
    assert abs(row.expires_at - utcnow() - timedelta(days=settings().guest_days)) < timedelta(minutes=1)
    monkeypatch.setenv("SCIFLASK_KEEP_DAYS", "20")
    settings.cache_clear()
    mine = result(finished_at=utcnow() - timedelta(days=5))
    row = service.create(mine.id, owner_id=mine.owner_id, days=365)
    assert row.expires_at == analyses.kept_until(mine.id, owner_id=mine.owner_id)
    assert abs(row.expires_at - utcnow() - timedelta(days=15)) < timedelta(minutes=1)
