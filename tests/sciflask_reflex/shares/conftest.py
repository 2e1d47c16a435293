"""Finished analyses to share."""

from collections.abc import Callable
from typing import Any

import pytest

from sciflask_reflex.models import Analysis, Role, Status, Study
from tests.factories import make_analysis, make_owner, make_study


@pytest.fixture
def site(database: str, keys: None) -> str:
    """A site on SQLite and on PostgreSQL, with its keys."""
    return database


def done_in(study: Study, **fields: Any) -> Analysis:
    """Make a finished analysis of a study."""
    return make_analysis(study, **({"status": Status.DONE, "manifest": {"files": []}, "attempt": 1} | fields))


@pytest.fixture
def result() -> Callable[..., Analysis]:
    """Return a function that makes a finished analysis of somebody new."""

    def make(role: Role = Role.USER, **fields: Any) -> Analysis:
        return done_in(make_study(make_owner(role).id), **fields)

    return make
