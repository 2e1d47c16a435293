"""Figures of use, on both databases, against counts made by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from sciflask_reflex.account.deletion import erase
from sciflask_reflex.analyses import service as analyses_service
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, NotFound
from sciflask_reflex.identity.models import Account
from sciflask_reflex.jobs.retiring import retire
from sciflask_reflex.manage import figures
from sciflask_reflex.manage.moments import Range, range_of
from sciflask_reflex.manage.usage import service
from sciflask_reflex.models import Departed, Owner, Role, Status
from sciflask_reflex.studies import service as studies_service
from tests.accounts import make_account
from tests.factories import make_analysis, make_owner, make_study

YEAR = Range(date(2026, 1, 1), date(2026, 12, 31))


def at(month, day=1, hour=0, **more):
    return datetime(2026, month, day, hour, tzinfo=UTC, **more)


def person(email, institution, country, joined):
    owner_id = make_account(email).owner_id
    with writing() as session:
        account, owner = session.get(Account, owner_id), session.get(Owner, owner_id)
        account.institution, account.country, owner.created_at = institution, country, joined
        session.add_all([account, owner])
    return owner_id


def run(owner_id, created, *, hours=1.0, status=Status.DONE, size=0, **more):
    study = make_study(owner_id)
    with writing() as session:
        stored = session.get(type(study), study.id)
        stored.created_at = created
        session.add(stored)
    return make_analysis(
        study,
        status=status,
        created_at=created,
        started_at=created,
        finished_at=created + timedelta(hours=hours),
        result_bytes=size,
        **more,
    )


@pytest.fixture
def year(site):
    ada = person("ada@imperial.ac.uk", "Imperial College London", "GB", at(1))
    eva = person("eva@ethz.ch", "ETH Zürich", "CH", at(2))
    guest = make_owner(Role.GUEST, name="Guest", created_at=at(2, 3)).id
    run(ada, at(1, 31, 23, minute=59, second=59), hours=2, size=100)
    run(ada, at(2, 1), hours=0.5, status=Status.FAILED)
    run(eva, at(2, 28), size=10, tool="other")
    run(guest, at(12, 31, 23))
    run(guest, datetime(2025, 12, 31, 23, 59, tzinfo=UTC))
    run(guest, datetime(2027, 1, 1, tzinfo=UTC))


def table(by, *names, between=YEAR):
    return {row.key: tuple(getattr(row, name) for name in names) for row in service.usage(by, between)}


def test_by_month_in_utc(year):
    assert table("month", "people_new", "people_active", "analyses", "failures", "compute_hours") == {
        "2026-01": (1, 1, 1, 0, 2.0),
        "2026-02": (2, 2, 2, 1, 1.5),
        "2026-12": (0, 1, 1, 0, 1.0),
    }
    assert list(table("month")) == ["2026-01", "2026-02", "2026-12"]


def test_by_institution_country_role_and_tool(year):
    assert table("institution", "people_new", "analyses", "compute_hours") == {
        "Imperial College London": (1, 2, 2.5),
        "ETH Zürich": (1, 1, 1.0),
        "guests": (1, 1, 1.0),
    }
    assert table("country", "people_active", "studies") == {"GB": (1, 2), "CH": (1, 1), "guests": (1, 1)}
    assert table("role", "people_new", "analyses") == {"user": (2, 3), "guest": (1, 1)}
    assert table("tool", "people_new", "analyses", "failures") == {"correlation": (None, 3, 1), "other": (None, 1, 0)}


def test_everything_together_counts_each_person_once(year):
    total = service.total(YEAR)
    assert (total.people_new, total.people_active, total.studies, total.analyses, total.failures, total.compute_hours) == (
        3,
        3,
        4,
        4,
        1,
        4.5,
    )
    assert total.bytes == sum(size for (size,) in table("month", "bytes").values()) > 110


def test_a_range_holds_its_first_and_its_last_day(year):
    assert table("month", "analyses", between=Range(date(2026, 1, 31), date(2026, 1, 31))) == {"2026-01": (1,)}
    assert table("month", "analyses", between=Range(date(2026, 2, 2), date(2026, 2, 27))) == {"2026-02": (0,)}  # a guest came


def test_nothing_at_all(site):
    for by in service.DIMENSIONS:
        assert service.usage(by, YEAR) == []
    assert service.total(YEAR).analyses == 0


def test_what_has_no_end_yet_takes_no_hours(site):
    owner = make_owner()
    make_analysis(make_study(owner.id), status=Status.RUNNING, created_at=at(3), started_at=at(3))
    assert service.total(YEAR).compute_hours == 0


def test_examples_are_no_studies(site):
    owner = make_owner()
    study = make_study(owner.id)
    with writing() as session:
        stored = session.get(type(study), study.id)
        stored.is_example, stored.created_at = True, at(3)
        session.add(stored)
    assert service.total(YEAR).studies == 0


@pytest.mark.parametrize("odd", ["", "day", "owner_id", "month; drop table owner"])
def test_only_known_tables(odd):
    with pytest.raises(NotFound):
        service.dimension(odd)


@pytest.mark.parametrize(
    ("first", "last"), [("2026-13-01", ""), ("x", ""), ("2026-02-02", "2026-02-01"), ("0001-01-01", ""), ("", "9999-12-31")]
)
def test_only_days(first, last):
    with pytest.raises(Invalid):
        range_of(first, last)


def test_plots(year):
    plot = figures.usage(service.usage("month", YEAR), "analyses", is_time=True)["data"][0]
    assert (plot["x"], plot["y"]) == (["2026-01", "2026-02", "2026-12"], [1, 2, 1])
    lying = figures.usage(service.usage("country", YEAR), "compute_hours", is_time=False)["data"][0]
    assert (lying["y"][-1], lying["x"][-1]) == ("GB", 2.5)


NUMBERS = ("people_new", "people_active", "studies", "analyses", "failures", "compute_hours", "bytes")


def whole():
    return {by: table(by, *NUMBERS) for by in service.DIMENSIONS} | {"total": service.total(YEAR)}


def owner_of(email):
    with reading() as session:
        return session.exec(select(Account.owner_id).where(Account.email == email)).one()


def test_what_is_deleted_still_counts(year, monkeypatch):
    monkeypatch.setattr("sciflask_reflex.retention.guest_until", lambda session, guest: at(1))  # the guest of the year works on in 2027
    before = whole()
    ada = owner_of("ada@imperial.ac.uk")
    first, second = analyses_service.list_for(ada)
    analyses_service.delete(first.id, owner_id=ada)
    assert whole() == before
    studies_service.delete(second.study_id, owner_id=ada)
    assert whole() == before
    erase(ada)
    assert whole() == before
    erase(owner_of("eva@ethz.ch"))
    assert retire() == 1
    assert whole() == before
    with reading() as session:
        assert {row.role for row in session.exec(select(Owner))} == set()
        assert ada not in {row.owner_id for row in session.exec(select(Departed))}


def test_what_is_not_deleted_is_not_counted_twice(year):
    before = whole()
    with pytest.raises(NotFound):
        analyses_service.delete(analyses_service.list_for(owner_of("ada@imperial.ac.uk"))[0].id, owner_id=owner_of("eva@ethz.ch"))
    assert whole() == before
