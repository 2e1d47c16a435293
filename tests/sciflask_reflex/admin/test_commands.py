"""Admins from the command line."""

import pytest

from sciflask_reflex.identity.sessions import principal_of_token
from tests import typed
from tests.sciflask_reflex.admin.browser import Person, log


def sciflask(*words: str) -> typed.Done:
    """Type a command for admins."""
    return typed.sciflask("admin", *words)


def test_promote_list_demote(sqlite: str, admin: Person, person) -> None:
    somebody = person(email="new@example.org")
    assert sciflask("promote", "--email", somebody.email).stdout == "new@example.org is an admin now, and must sign in again.\n"
    assert not principal_of_token(somebody.token).is_somebody
    listed = sciflask("list").stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["grace@example.org", "new@example.org"]
    assert "last signed in: never" in listed[1]
    assert sciflask("demote", "--email", admin.email).returncode == 0
    refused = sciflask("demote", "--email", somebody.email)
    assert refused.returncode == 1
    assert refused.stderr == "sciflask: This is the only person who runs the site. Make somebody else an admin first.\n"
    assert len(sciflask("list").stdout.splitlines()) == 1
    assert [event.detail for event in log("admin:person:edit")] == [{"fields": "role", "via": "cli"}] * 2


@pytest.mark.parametrize("word", ["promote", "demote", "disable", "enable"])
def test_an_unknown_address_is_said_so(sqlite: str, admin: Person, word: str) -> None:
    refused = sciflask(word, "--email", "nobody@example.org")
    assert refused.returncode == 1
    assert "There is no account with the address nobody@example.org" in refused.stderr


def test_keeping_out(sqlite: str, admin: Person, person) -> None:
    somebody = person()
    assert sciflask("disable", "--email", somebody.email).returncode == 0
    assert not principal_of_token(somebody.token).is_somebody
    assert sciflask("enable", "--email", somebody.email).returncode == 0
    assert sciflask("disable", "--email", admin.email).returncode == 1
