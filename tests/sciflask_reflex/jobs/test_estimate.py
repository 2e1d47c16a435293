"""When an analysis will be ready: from real rows, and only when there is evidence."""

from datetime import timedelta

import pytest

from sciflask_reflex.analyses import service
from sciflask_reflex.db import reading
from sciflask_reflex.jobs import estimate, presence, runs
from sciflask_reflex.jobs.presence import Present, Roll
from sciflask_reflex.models import Status, utcnow
from tests.factories import make_analysis, make_owner, make_study

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def workers(monkeypatch):
    """Let so many workers live."""
    here = []

    def live(number):
        monkeypatch.setattr(
            presence, "ask", lambda: None if number is None else tuple(Present(str(n), ("default",)) for n in range(number))
        )
        monkeypatch.setattr(presence, "roll", Roll())
        return here

    live(2)
    return live


@pytest.fixture
def study():
    return make_study(make_owner().id)


def ended(study, *seconds, status=Status.DONE, days=1.0):
    for each in seconds:
        end = utcnow() - timedelta(days=days)
        make_analysis(study, status=status, started_at=end - timedelta(seconds=each), finished_at=end)


def eta(analysis):
    return service.get(analysis.id, owner_id=analysis.owner_id).eta_seconds


def test_nothing_is_said_without_evidence(study):
    waits = make_analysis(study)
    ended(study, 60, 60)
    ended(study, 60, status=Status.FAILED)
    ended(study, 60, days=40)
    assert eta(waits) is None
    ended(study, 60)
    assert eta(waits) == 60


def test_the_usual_run_is_the_median(study):
    ended(study, 10, 20, 5_000)
    with reading() as session:
        assert estimate.usual_seconds(session, study.tool) == pytest.approx(20)


def test_place_and_workers_count(study, workers):
    ended(study, 60, 60, 60)
    line = [make_analysis(study) for _ in range(6)]
    assert [eta(each) for each in line] == [60, 60, 90, 120, 150, 180]
    workers(1)
    assert [eta(each) for each in line[:3]] == [60, 120, 180]


def test_what_runs_already_is_before_those_that_wait(study, workers):
    workers(1)
    ended(study, 60, 60, 60)
    busy, waits = make_analysis(study), make_analysis(study)
    assert runs.claim(busy.id, "w")
    assert eta(waits) == 120


def test_of_a_run_the_rest_is_left_and_then_nothing_is_promised(study):
    ended(study, 60, 60, 60)
    running = make_analysis(study, status=Status.RUNNING, started_at=utcnow() - timedelta(seconds=20))
    late = make_analysis(study, status=Status.RUNNING, started_at=utcnow() - timedelta(seconds=80))
    assert eta(running) == pytest.approx(40, abs=2)
    assert eta(late) is None


@pytest.mark.parametrize(("number", "served"), [(0, False), (None, True)])
def test_nothing_is_promised_when_nobody_works_or_nobody_knows(study, workers, number, served):
    workers(number)
    ended(study, 60, 60, 60)
    waits = make_analysis(study)
    row = service.get(waits.id, owner_id=study.owner_id)
    assert (row.eta_seconds, row.is_served) == (None, served)
