"""Somebody must run the site."""

from sciflask_reflex.db import writing
from sciflask_reflex.errors import Refused
from sciflask_reflex.identity import service
from sciflask_reflex.identity.last_admin import require_another
from sciflask_reflex.models import Role
from tests.accounts import make_account


def is_needed(person):
    try:
        with writing() as session:
            require_another(session, person.owner_id)
    except Refused:
        return True
    return False


def test_only_the_last_one_that_can_sign_in_is_needed(site):
    first, user = make_account(role=Role.ADMIN), make_account("bob@example.org")
    assert (is_needed(first), is_needed(user)) == (True, False)
    second = make_account("eve@example.org", role=Role.ADMIN)
    assert (is_needed(first), is_needed(second)) == (False, False)
    service.set_enabled("eve@example.org", enabled=False)
    assert is_needed(first)
