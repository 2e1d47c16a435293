"""Limits as admins set them, on both databases."""

import pytest
from sqlmodel import select

from sciflask_reflex import quotas
from sciflask_reflex.db import reading
from sciflask_reflex.errors import Invalid, NotFound
from sciflask_reflex.manage.quotas import service
from sciflask_reflex.models import AuditEvent, Role, RoleLimits, Status
from tests.factories import make_analysis, make_owner, make_study

EMPTY = dict.fromkeys(quotas.NUMBERS, "")


def limits(role=Role.USER):
    with reading() as session:
        return quotas.limits_of(session, role)


def test_a_limit_holds_at_once_and_an_empty_one_follows_the_settings(site):
    before = limits()
    service.set_limits("user", EMPTY | {"max_studies": "3", "max_mib": "0", "max_queued": "1,000"}, "correlation")
    now = limits()
    assert (now.max_studies, now.max_mib, now.max_queued, now.tools) == (3, None, 1_000, frozenset({"correlation"}))
    assert now.max_running == before.max_running
    row = next(row for row in service.roles() if row.role == "user")
    assert (row.holds["max_studies"], row.holds["max_mib"], row.set_here) == (
        3,
        None,
        {"max_studies": 3, "max_mib": 0, "max_queued": 1_000},
    )
    service.set_limits("user", EMPTY, "")
    assert limits() == before


def test_it_is_written_down_with_before_and_after(site):
    service.set_limits("guest", EMPTY | {"max_studies": "3"}, "")
    service.set_limits("guest", EMPTY | {"max_studies": "4"}, "")
    with reading() as session:
        details = [event.detail for event in session.exec(select(AuditEvent).order_by(AuditEvent.id))]
    assert [detail["max_studies"] for detail in details] == ["as in the settings → 3", "3 → 4"]


@pytest.mark.parametrize("odd", ["-1", "1.5", "x", "1e3", "٣", "99999999999", "0x10"])
def test_only_whole_numbers(site, odd):
    with pytest.raises(Invalid) as refusal:
        service.set_limits("user", EMPTY | {"max_studies": "3", "max_mib": odd}, "")
    assert list(refusal.value.fields) == ["max_mib"]
    with reading() as session:
        assert session.exec(select(RoleLimits)).all() == []


def test_only_tools_and_roles_that_exist(site):
    with pytest.raises(Invalid) as refusal:
        service.set_limits("user", EMPTY, "correlation, nonsense")
    assert "nonsense" in refusal.value.fields["tools"]
    with pytest.raises(NotFound):
        service.set_limits("emperor", EMPTY, "")


def test_who_keeps_most(site, ada):
    small, nothing = make_owner(), make_owner(Role.GUEST)
    make_study(small.id, files={"dataset1": b"x" * 50})
    study = make_study(ada.owner_id, files={"dataset1": b"x" * 30, "dataset2": b"x" * 30})
    make_analysis(study, status=Status.DONE, result_bytes=40)
    make_analysis(study, status=Status.DONE, result_bytes=2)
    found = service.largest()
    assert [(row.owner_id, row.bytes, row.studies, row.analyses) for row in found] == [(ada.owner_id, 102, 1, 2), (small.id, 50, 1, 0)]
    assert nothing.id not in {row.owner_id for row in found}
