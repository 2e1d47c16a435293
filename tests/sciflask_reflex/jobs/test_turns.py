"""Whose turn it is, with the real ledger: workers that take bells out of the real outbox, and end what they run when told to."""

import random
from collections import Counter

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from sciflask_reflex.analyses import service
from sciflask_reflex.db import reading, writing
from sciflask_reflex.jobs import runs, turns
from sciflask_reflex.models import Analysis, Outbox, Role, RoleLimits, Status
from sciflask_reflex.settings import settings
from tests.factories import make_analysis, make_owner, make_study

pytestmark = pytest.mark.usefixtures("database")


def allow(role: str = Role.USER, **limits: int) -> None:
    with writing() as session:
        session.merge(RoleLimits(role=role, **limits))


def queue(study, number: int) -> list[str]:
    """Let analyses of a study wait, each with its bell."""
    ids = [make_analysis(study).id for _ in range(number)]
    with writing() as session:
        session.add_all(Outbox(analysis_id=each) for each in ids)
    return ids


class Workers:
    """So many workers. A free one takes the next bell; whatever it says, it claims whose turn it is."""

    def __init__(self, number: int) -> None:
        self.free, self.busy, self.started, self.heard = number, [], [], 0

    def hear(self) -> None:
        """Let free workers hear bells until nobody is free or no bell is left."""
        while self.free and self._take_bell():
            self.heard += 1
            if claim := runs.claim_next("w"):
                self.free -= 1
                self.busy.append(claim)
                self.started.append(claim)

    def _take_bell(self) -> bool:
        with writing() as session:
            bell = session.exec(select(Outbox.id).where(col(Outbox.sent_at).is_(None)).order_by(col(Outbox.id))).first()
            session.execute(update(Outbox).where(col(Outbox.id) == bell).values(sent_at=1.0))
        return bell is not None

    def end(self, place: int = 0, how=runs.commit) -> None:
        """Let one that runs come to its end."""
        claim = self.busy.pop(place)
        assert how(claim, {"files": []}) if how is runs.commit else how(claim)
        self.free += 1


def test_an_owner_never_has_more_running_than_allowed_and_all_get_done():
    allow(max_running=2)
    owner = make_owner()
    queue(make_study(owner.id), 7)
    workers, most = Workers(5), 0
    workers.hear()
    while workers.busy:
        with reading() as session:
            running = select(Analysis).where(Analysis.status == Status.RUNNING, Analysis.owner_id == owner.id)
            most = max(most, len(session.exec(running).all()))
        workers.end()
        workers.hear()
    assert most == 2
    assert len(workers.started) == 7
    assert workers.heard <= 2 * 7  # a bell for each, and one for each place that became free


@pytest.mark.parametrize("number", [1, 2])
def test_one_person_with_five_hundred_delays_another_by_one_job(number):
    allow(max_running=2)
    many, one = make_owner(), make_owner()
    queue(make_study(many.id), 500)
    workers = Workers(number)
    workers.hear()
    workers.end()
    workers.hear()
    (late,) = queue(make_study(one.id), 1)
    assert service.get(late, owner_id=one.id).queue_position == 1
    workers.end()
    workers.hear()
    assert workers.started[-1].analysis_id == late
    assert len(workers.busy) == number


def test_those_who_wait_are_served_by_turns():
    allow(max_running=0)
    owners = [make_owner() for _ in range(3)]
    for owner, number in zip(owners, (6, 3, 3), strict=True):
        queue(make_study(owner.id), number)
    workers = Workers(1)
    workers.hear()
    while workers.busy:
        workers.end()
        workers.hear()
    names = {owner.id: name for owner, name in zip(owners, "abc", strict=True)}
    assert "".join(names[claim.owner_id] for claim in workers.started) == "abcabcabcaaa"


def test_places_in_the_line_are_those_in_which_it_goes():
    allow(max_running=0)
    studies = {owner.id: make_study(owner.id) for owner in (make_owner(), make_owner())}
    ids = [(owner, each) for (owner, study), number in zip(studies.items(), (3, 2), strict=True) for each in queue(study, number)]
    places = {service.get(each, owner_id=owner).queue_position: each for owner, each in ids}
    assert sorted(places) == [1, 2, 3, 4, 5]
    workers = Workers(1)
    for place in sorted(places):
        workers.hear()
        assert workers.started[-1].analysis_id == places[place]
        workers.end()


@pytest.mark.parametrize("how", ["fail", "cancel", "delete", "crash", "reap", "hand back"])
def test_however_one_ends_the_next_gets_its_bell(how):
    allow(max_running=1)
    owner = make_owner()
    first, second = queue(make_study(owner.id), 2)
    workers = Workers(2)
    workers.hear()
    assert [claim.analysis_id for claim in workers.busy] == [first]
    claim = workers.busy[0]
    if how in ("cancel", "delete"):
        getattr(service, how)(first, owner_id=owner.id)
    acts = {
        "fail": lambda: runs.fail(claim, runs.Cause.TOOL, "No."),
        "cancel": lambda: runs.cancelled(claim),
        "crash": lambda: runs.crashed(claim, "gone"),
        "hand back": lambda: runs.hand_back(claim),
    }
    if how == "reap":
        with writing() as session:
            session.execute(update(Analysis).where(col(Analysis.id) == first).values(lease_until=1.0))
        runs.reap()
    elif how in acts:
        acts[how]()
    workers.hear()
    assert workers.started[-1].analysis_id == (first if how == "hand back" else second)


def test_nobody_is_forgotten_whatever_happens():
    """Random ends, cancels and submits: whenever all is quiet, nothing waits that may run."""
    allow(max_running=2)
    chance = random.Random(7)
    owners = [make_owner() for _ in range(4)]
    studies = {owner.id: make_study(owner.id) for owner in owners}
    workers = Workers(3)
    for _ in range(60):
        owner = chance.choice(owners)
        queue(studies[owner.id], chance.choice([0, 0, 1, 3]))
        workers.hear()
        if workers.busy and chance.random() < 0.7:
            workers.end(chance.randrange(len(workers.busy)), chance.choice([runs.commit, runs.hand_back]))
            workers.hear()
        with reading() as session:
            assert not workers.free or turns.next_in_line(session) is None
    while workers.busy:
        workers.end()
        workers.hear()
    with reading() as session:
        assert Counter(session.exec(select(Analysis.status))).keys() == {Status.DONE}


def test_limits_are_read_when_a_worker_asks(monkeypatch):
    monkeypatch.setenv("SCIFLASK_MAX_RUNNING_GUEST", "1")
    settings.cache_clear()
    guest = make_owner(Role.GUEST)
    ids = queue(make_study(guest.id), 2)
    assert runs.claim(ids[0], "w")
    assert runs.claim(ids[1], "w") is None
    allow(Role.GUEST, max_running=2)
    assert runs.claim(ids[1], "w")


def test_what_may_not_run_yet_is_not_rung_for_again(monkeypatch):
    from sciflask_reflex.jobs import outbox

    monkeypatch.setattr(outbox, "unheard", lambda broker, queue: 0)
    allow(max_running=1)
    first, second = (make_analysis(make_study(make_owner().id)) for _ in range(2))
    same = make_analysis(make_study(first.owner_id))
    assert runs.claim(first.id, "w")
    assert outbox.ring_again(None) == 1
    with reading() as session:
        assert session.exec(select(Outbox.analysis_id)).all() == [second.id]
    assert same.id != second.id
