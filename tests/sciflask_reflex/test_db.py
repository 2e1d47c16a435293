"""The engine's errors: what went wrong, without the values that it went wrong with."""

import pytest
from sqlalchemy.exc import DBAPIError

from sciflask_reflex.db import writing
from sciflask_reflex.identity.models import LocalUser

SECRET = b"$argon2id$the-hash-of-somebody"


def test_an_error_does_not_repeat_what_was_to_be_written(database):
    with pytest.raises(DBAPIError) as error, writing() as session:
        session.add_all([LocalUser(username="ada@example.org", password_hash=SECRET, enabled=True) for _ in range(2)])
    assert "argon2id" not in str(error.value)
    assert "argon2id" not in repr(error.value)
