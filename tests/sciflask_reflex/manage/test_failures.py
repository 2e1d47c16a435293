"""What failed, of everybody, on both databases."""

from datetime import timedelta

import pytest

from sciflask_reflex.db import writing
from sciflask_reflex.errors import NotFound
from sciflask_reflex.manage.failures import service
from sciflask_reflex.manage.failures.service import Wanted
from sciflask_reflex.models import Fault, Status, utcnow
from tests.factories import make_analysis, make_study


def failed(study, *, ago=60.0, **more):
    given = {"cause": "memory", "error": "No.", "traceback": "Traceback"} | more
    return make_analysis(study, status=Status.FAILED, finished_at=utcnow() - timedelta(seconds=ago), **given)


def found(wanted=None):
    rows, more = service.failures(wanted or Wanted())
    return [row.id for row in rows], more


def test_newest_first_and_filtered(site, ada):
    study = make_study(ada.owner_id)
    old = failed(study, ago=3 * 86_400, cause="crash")
    new = failed(study)
    other = failed(study, ago=120, tool="other")
    failed(study, ago=40 * 86_400)
    make_analysis(study, status=Status.DONE, finished_at=utcnow())
    assert found() == ([new.id, other.id, old.id], False)
    assert found(Wanted(cause="crash"))[0] == [old.id]
    assert found(Wanted(tool="other"))[0] == [other.id]
    assert found(Wanted(days=1))[0] == [new.id, other.id]
    assert found(Wanted(cause="' or 1=1 --"))[0] == []


def test_page_by_page_without_gaps_even_at_one_moment(site, ada):
    study = make_study(ada.owner_id)
    moment = utcnow()
    made = {make_analysis(study, status=Status.FAILED, finished_at=moment).id for _ in range(7)}
    seen, after, more = [], None, True
    while more:
        rows, more = service.failures(Wanted(), after=after, limit=3)
        seen += [row.id for row in rows]
        after = rows[-1].finished_at, rows[-1].id
    assert (len(seen), set(seen)) == (7, made)


def test_counts_by_cause_and_tool(site, ada):
    study = make_study(ada.owner_id)
    for _ in range(2):
        failed(study)
    failed(study, cause=None)
    assert [(group.cause, group.tool, group.count) for group in service.groups(Wanted())] == [
        ("memory", "correlation", 2),
        ("unknown", "correlation", 1),
    ]


def test_the_traceback_comes_only_when_asked_for(site, ada):
    study = make_study(ada.owner_id)
    it = failed(study, traceback="Traceback: line 3")
    assert "line 3" not in repr(service.failures(Wanted()))
    assert service.traceback_of(it.id) == "Traceback: line 3"
    for odd in ("", "f" * 32, make_analysis(study, status=Status.DONE, traceback="x").id):
        with pytest.raises(NotFound):
            service.traceback_of(odd)


def test_errors_of_the_site(site):
    with writing() as session:
        session.add(Fault(fingerprint="a", title="KeyError", traceback="where", count=3))
        session.add(Fault(fingerprint="b", title="ValueError", last_at=utcnow() - timedelta(days=1)))
    assert [(row.title, row.count) for row in service.faults()] == [("KeyError", 3), ("ValueError", 0)]
    assert service.traceback_of_fault("a") == "where"
    with pytest.raises(NotFound):
        service.traceback_of_fault("c")
