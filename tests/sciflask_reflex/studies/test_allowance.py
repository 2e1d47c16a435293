"""What people are told of their limits."""

import pytest

from sciflask_reflex.db import writing
from sciflask_reflex.models import Role, RoleLimits
from sciflask_reflex.settings import settings
from sciflask_reflex.studies.allowance import allowance_of
from tests.factories import make_analysis, make_owner, make_study


def allow(role: str, **limits) -> None:
    with writing() as session:
        session.merge(RoleLimits(role=role, **limits))


@pytest.mark.usefixtures("sqlite")
def test_numbers_as_the_profile_shows_them():
    allow("user", max_studies=2, max_studies_total=3, max_analyses=0, max_mib=1, max_running=2, max_queued=5)
    owner = make_owner(studies_made=1, analyses_made=7)
    make_analysis(make_study(owner.id), result_bytes=600 * 1024)
    shown = allowance_of(owner.id, owner.role)
    assert shown.studies == "Active: 1 / 2 · Total: 1 / 3"
    assert shown.analyses == "Active: 1 · Total: 7"
    assert shown.jobs == "Running: 0 / 2 · Waiting: 1 / 5"
    assert shown.space == "0.6 MiB of 1 MiB used"
    assert 0.5 < shown.space_fraction < 0.7
    assert shown.studies_left == "You may make 1 more study. 0.6 MiB of 1 MiB used."
    assert (shown.study_fault, shown.analysis_fault, shown.tool_faults) == ("", "", {})


@pytest.mark.usefixtures("sqlite")
def test_what_is_full_says_why_and_a_closed_tool_too():
    allow("guest", max_studies=1, max_queued=1, tools=["another"])
    guest = make_owner(Role.GUEST)
    make_analysis(make_study(guest.id))
    shown = allowance_of(guest.id, guest.role)
    assert "1 study already" in shown.study_fault
    assert "1 analysis waiting already" in shown.analysis_fault
    assert "correlation" in shown.tool_faults
    assert shown.studies_left.startswith("You may make 0 more studies.")


@pytest.mark.usefixtures("sqlite")
def test_nobody_yet_is_a_guest_with_nothing():
    shown = allowance_of("", Role.GUEST)
    assert shown.studies == "Active: 0 / 5 · Total: 0"
    assert shown.study_fault == ""


@pytest.mark.usefixtures("sqlite")
def test_a_file_may_be_no_larger_than_the_space_that_there_is():
    allow("guest", max_mib=200)
    allow("user", max_mib=0)
    assert allowance_of("", Role.GUEST).largest_file == 200
    assert allowance_of("", Role.USER).largest_file == settings().max_file_mib
