"""Several processes at once, on real databases: what must happen once happens once."""

import multiprocessing
import os
from collections.abc import Sequence

import pytest
from sqlmodel import func, select

from sciflask_reflex.db import reading
from sciflask_reflex.models import Analysis, Outbox, Status
from tests.factories import make_analysis, make_owner, make_study
from tests.sciflask_reflex.jobs import racer

STABLE = multiprocessing.get_context("forkserver")
STABLE.set_forkserver_preload([racer.__name__])


def race(orders: Sequence[Sequence[str]]) -> list[list]:
    """Run one process for each order, let them all go at once when the last one is ready, and return what each answered.

    They are forked from a process that has imported all they need, so that six begin as soon as one would.
    """
    start = STABLE.Barrier(len(orders))
    runners, answers = [], []
    for order in orders:
        mine, theirs = STABLE.Pipe(duplex=False)
        runners.append(STABLE.Process(target=racer.run, args=(order, dict(os.environ), start, theirs)))
        runners[-1].start()
        theirs.close()  # so that one who dies is noticed
        answers.append(mine)
    got = [answer.recv() for answer in answers]
    for runner in runners:
        runner.join(60)
        assert runner.exitcode == 0
    return got


@pytest.mark.usefixtures("database")
def test_six_workers_claim_a_hundred_analyses_once_each(monkeypatch):
    monkeypatch.setenv("SCIFLASK_MAX_RUNNING", "0")
    study = make_study(make_owner().id)
    ids = [make_analysis(study).id for _ in range(100)]
    won = [each for mine in race([["claim", f"w{n}", *ids] for n in range(6)]) for each in mine]
    assert sorted(won) == sorted((each, 1) for each in ids)


@pytest.mark.usefixtures("database")
def test_a_quota_is_never_exceeded(monkeypatch):
    monkeypatch.setenv("SCIFLASK_MAX_QUEUED", "20")
    owner = make_owner()
    study = make_study(owner.id)
    answers = race([["submit", owner.id, study.id, *(f"{n}-{k}" for k in range(10))] for n in range(6)])
    accepted = [answer for each in answers for answer in each if answer != "refused"]
    assert len(accepted) == len(set(accepted)) == 20
    with reading() as session:
        assert session.exec(select(func.count()).select_from(Analysis).where(Analysis.status == Status.QUEUED)).one() == 20
        assert session.exec(select(func.count()).select_from(Outbox)).one() == 20


@pytest.mark.usefixtures("database")
def test_one_key_in_six_processes_makes_one_analysis():
    owner = make_owner()
    study = make_study(owner.id)
    answers = race([["submit", owner.id, study.id, "same", "same"] for _ in range(6)])
    assert len({answer for each in answers for answer in each}) == 1
    with reading() as session:
        assert session.exec(select(func.count()).select_from(Analysis)).one() == 1
        assert session.exec(select(func.count()).select_from(Outbox)).one() == 1
