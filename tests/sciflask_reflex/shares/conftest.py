"""Finished analyses to share."""

from collections.abc import Callable
from typing import Any

import pytest

from sciflask_reflex.models import Analysis, Role, Status
from tests.factories import make_analysis, make_owner, make_study


@pytest.fixture
def site(database: str, keys: None) -> str:
    """A site on SQLite and on PostgreSQL, with its keys."""
    return database


@pytest.fixture
def result() -> Callable[..., Analysis]:
    """Return a function that makes a finished analysis of somebody new."""

    def make(role: Role = Role.USER, **fields: Any) -> Analysis:
        given = {"status": Status.DONE, "manifest": {"files": []}, "attempt": 1} | fields
        return make_analysis(make_study(make_owner(role).id), **given)

    return make
