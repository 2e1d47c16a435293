"""The panel behind its door, a few people, and somebody who asks."""

from collections.abc import Callable
from typing import Any

import pytest

from sciflask_reflex.admin.site import admin_panel
from sciflask_reflex.db import writing
from sciflask_reflex.identity import passwords, sessions
from sciflask_reflex.identity.accounts import Details, add
from sciflask_reflex.models import Role
from tests.sciflask_reflex.admin.browser import Person, Visitor, elsewhere


@pytest.fixture
def person(keys: None) -> Callable[..., Person]:
    """Return a function that makes somebody with an account and a session."""
    made = iter(range(1, 10_000))

    def make(role: str = Role.USER, *, first: str = "Ada", last: str = "Lovelace", email: str = "", password: str = "") -> Person:
        address = email or f"person{next(made)}@example.org"
        stored = passwords.hash_password(password) if password else passwords.NO_PASSWORD
        with writing() as session:
            owner, account = add(session, Details(address, stored, first, last, role, confirmed=True))
            return Person(owner.id, address, sessions.open_session(session, account.local_user_id, role=role))

    return make


@pytest.fixture
def panel(keys: None) -> Any:
    """The panel, with something else around it."""
    return admin_panel(elsewhere)


@pytest.fixture
def admin(person: Callable[..., Person]) -> Person:
    """Somebody who runs the site."""
    return person(Role.ADMIN, first="Grace", last="Hopper", email="grace@example.org")


@pytest.fixture
def visitor(panel: Any, admin: Person) -> Visitor:
    """The admin's browser."""
    return Visitor(panel, admin.token)
