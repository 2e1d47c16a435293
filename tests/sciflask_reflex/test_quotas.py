"""What each role may keep and use, and that nobody gets one more."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from pydantic import ValidationError

from pipeline import tools
from sciflask_reflex import quotas
from sciflask_reflex.analyses import service as analyses
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import NotAllowed, Refused
from sciflask_reflex.jobs import runs
from sciflask_reflex.models import Analysis, Owner, Role, RoleLimits, Status
from sciflask_reflex.quotas import Limits, Usage
from sciflask_reflex.settings import MIB, Settings, settings
from sciflask_reflex.studies import service as studies
from tests.factories import make_analysis, make_owner, make_study, small_table


@pytest.fixture
def set_roles(monkeypatch):
    def put(text: str, **more: str) -> None:
        monkeypatch.setenv("SCIFLASK_ROLES", text)
        for name, value in more.items():
            monkeypatch.setenv(f"SCIFLASK_{name.upper()}", value)
        settings.cache_clear()

    return put


def limits(role: str) -> Limits:
    with reading() as session:
        return quotas.limits_of(session, role)


def usage(owner_id: str) -> Usage:
    with reading() as session:
        return quotas.usage_of(session, owner_id)


def allow(role: str = Role.USER, **values) -> None:
    with writing() as session:
        session.merge(RoleLimits(role=role, **values))


def test_built_in_numbers_come_from_the_settings(sqlite):
    known = settings()
    assert limits(Role.USER) == Limits(
        known.max_studies, None, known.max_analyses, None, known.max_owner_mib, known.max_running, known.max_queued
    )
    assert limits(Role.GUEST).max_studies == known.max_studies_guest
    assert limits(Role.ADMIN) == limits(Role.USER)


def test_admins_overrule_the_settings_which_overrule_the_built_in_numbers(sqlite, set_roles):
    set_roles('{"student": {"title": "Student", "max_studies": 3, "tools": ["correlation"]}, "user": {"max_studies": 7, "max_running": 0}}')
    assert limits("student").max_studies == 3
    assert limits("student").tools == {"correlation"}
    assert (limits("user").max_studies, limits("user").max_running) == (7, None)
    assert limits("student").max_running is None  # as a user
    assert limits("guest").max_studies == settings().max_studies_guest
    allow("student", max_studies=9)
    allow("user", max_queued=1)
    assert limits("student").max_studies == 9
    assert limits("student").tools == {"correlation"}
    assert limits("student").max_queued == 1
    assert limits("guest").max_queued == settings().max_queued_guest


def test_every_role_is_listed_with_its_title(sqlite, set_roles):
    set_roles('{"student": {"title": "Student of ours"}, "post-doc": {}}')
    allow("visitor", title="")
    with reading() as session:
        rows = quotas.roles(session)
    assert [(row.name, row.title) for row in rows] == [
        ("guest", "Guest"), ("user", "User"), ("admin", "Admin"), ("student", "Student of ours"), ("post-doc", "Post doc"), ("visitor", "Visitor"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"student": {"max_studeis": 3}}', ["student", "max_studeis"]),
        ('{"student": {"max_studies": "three"}}', ["student", "max_studies"]),
        ('{"student": {"max_running": -1}}', ["student", "max_running"]),
        ('{"Big Boss": {}}', ["Big Boss"]),
    ],
)
def test_a_wrong_role_stops_the_start_and_is_named(sqlite, set_roles, text, words):
    set_roles(text)
    with pytest.raises(ValidationError) as fault:
        Settings()  # pyright: ignore[reportCallIssue]
    assert all(word in str(fault.value) for word in words)


def test_a_role_with_a_tool_that_is_not_there_stops_the_start(sqlite, set_roles):
    set_roles('{"student": {"tools": ["correlations"]}}')
    with pytest.raises(ValueError, match=r"student.*correlations"):
        quotas.refuse_unknown_tools(tools())
    set_roles('{"student": {"tools": ["correlation"]}}')
    quotas.refuse_unknown_tools(tools())


def test_what_is_counted(database):
    owner = make_owner()
    study = make_study(owner.id)
    for status in Status:
        make_analysis(study, status=status, result_bytes=10)
    assert usage(owner.id) == Usage(studies=1, analyses=6, bytes=len(small_table()) + 60, running=2, queued=1)
    assert usage("0" * 32) == Usage()


@pytest.mark.parametrize(
    ("used", "words"),
    [
        (Usage(queued=2), "2 analyses waiting already"),
        (Usage(analyses=5), "5 analyses already"),
        (Usage(analyses_made=9), "deleting gives none back"),
        (Usage(bytes=3 * MIB), "3 MiB"),
    ],
)
def test_sentences_tell_the_number_and_what_to_do(used, words):
    known = Limits(max_analyses=5, max_analyses_total=9, max_mib=3, max_queued=2)
    assert words in quotas.analysis_fault(known, used, Role.USER)
    assert quotas.analysis_fault(Limits(), used, Role.USER) == ""
    assert quotas.analysis_fault(known, Usage(1, 1, 4, 8, 3 * MIB - 1, 5, 1), Role.USER) == ""


def test_guests_are_told_that_an_account_gives_more():
    for used in (Usage(studies=1), Usage(studies_made=1)):
        assert "Create an account" in quotas.study_fault(Limits(max_studies=1, max_studies_total=1), used, Role.GUEST)
    assert quotas.tool_fault(Limits(tools=frozenset({"a"})), "b", Role.GUEST).startswith("This tool is not open to guests")


def test_deleting_gives_back_what_is_kept_but_not_what_was_made(database):
    allow(max_analyses=1, max_analyses_total=2)
    owner = make_owner()
    study = make_study(owner.id)
    first = analyses.submit(study.id, owner_id=owner.id, parameters={})
    with pytest.raises(Refused, match="1 analysis already"):
        analyses.submit(study.id, owner_id=owner.id, parameters={})
    analyses.delete(first.id, owner_id=owner.id)
    analyses.submit(study.id, owner_id=owner.id, parameters={})
    assert (usage(owner.id).analyses, usage(owner.id).analyses_made) == (1, 2)
    with pytest.raises(Refused, match="2 analyses, which is as many as you may make in all"):
        analyses.submit(study.id, owner_id=owner.id, parameters={})


def test_an_example_counts_neither_as_kept_nor_as_made(database):
    allow(max_studies=1, max_studies_total=1)
    owner = make_owner()
    studies.make_example(owner.id, "correlation")
    assert (usage(owner.id).studies, usage(owner.id).studies_made) == (0, 0)


def test_tools_of_a_role_are_enforced_where_things_are_made(database):
    allow(tools=["another"])
    owner = make_owner()
    study = make_study(owner.id)
    with pytest.raises(NotAllowed, match="not open to your account"):
        analyses.submit(study.id, owner_id=owner.id, parameters={})
    with pytest.raises(NotAllowed):
        studies.make_example(owner.id, "correlation")
    assert usage(owner.id).analyses_made == 0


@pytest.mark.parametrize("limit", ["max_queued", "max_analyses", "max_analyses_total"])
def test_of_twenty_at_once_exactly_one_gets_the_last_place(database, limit):
    allow(**{limit: 3})
    owner = make_owner(analyses_made=2)
    study = make_study(owner.id)
    for _ in range(2):
        make_analysis(study)
    together = Barrier(20)

    def submit(number: int) -> str:
        together.wait(20)
        try:
            return analyses.submit(study.id, owner_id=owner.id, parameters={}, idempotency_key=str(number)).id
        except Refused as refusal:
            return refusal.sentence

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(submit, range(20)))
    assert sum("3 analyses" in answer for answer in answers) == 19
    with reading() as session:
        assert session.get_one(Owner, owner.id).analyses_made == 3
    assert usage(owner.id).analyses == 3


def test_of_eight_workers_at_once_two_get_what_may_run(database):
    allow(max_running=2)
    study = make_study(make_owner().id)
    ids = [make_analysis(study).id for _ in range(8)]
    together = Barrier(8)

    def claim(analysis_id: str) -> bool:
        together.wait(20)
        return runs.claim(analysis_id, "w") is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, ids)) == 2
    with reading() as session:
        running = [session.get_one(Analysis, each).status for each in ids].count(Status.RUNNING)
    assert running == 2
