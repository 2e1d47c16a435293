from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from sciflask_reflex.db import writing
from sciflask_reflex.errors import Invalid, NotFound
from sciflask_reflex.identity import service, tokens
from sciflask_reflex.identity.models import ApiToken
from tests.accounts import mails_to

EMAIL = "ada@example.org"


@pytest.fixture
def ada(site):
    return service.create_account(EMAIL, "correct horse battery")


def test_token_stands_for_its_owner_with_its_scopes(ada):
    reader, submitter = tokens.create(EMAIL, "read"), tokens.create("ADA@example.org", name="script")
    assert reader.startswith("sfk_")
    assert len(reader) > 40
    who = tokens.principal_of_bearer(reader)
    assert (who.owner_id, who.may("read"), who.may("submit")) == (ada.owner_id, True, False)
    assert tokens.principal_of_bearer(submitter).may("submit")
    assert [key.name for key in tokens.list_for(ada.owner_id)] == ["script", ""]
    assert all(key.last_used_at for key in tokens.list_for(ada.owner_id))


def test_its_person_is_told_since_a_thief_would_make_one_too(ada):
    token = tokens.create(EMAIL, "read", 7)
    (mail,) = mails_to(EMAIL)
    assert "token" in mail.subject
    assert "may read for 7 days" in mail.body
    assert token not in mail.body


def test_what_ends_a_token(ada):
    token = tokens.create(EMAIL)
    key = tokens.list_for(ada.owner_id)[0]
    service.set_enabled(EMAIL, enabled=False)
    assert not tokens.principal_of_bearer(token).is_somebody
    service.set_enabled(EMAIL, enabled=True)
    assert tokens.principal_of_bearer(token).is_somebody
    with pytest.raises(NotFound):
        tokens.revoke(key.id, owner_id="somebody else")
    assert tokens.principal_of_bearer(token).is_somebody
    tokens.revoke(key.id, owner_id=ada.owner_id)
    assert not tokens.principal_of_bearer(token).is_somebody
    other = tokens.create(EMAIL)
    with writing() as session:
        session.execute(update(ApiToken).values(expires_at=datetime.fromtimestamp(1, UTC)))
    assert not tokens.principal_of_bearer(other).is_somebody


@pytest.mark.parametrize("token", ["", "sfk_", "sfk_unknown", "other", "sfk_" + "x" * 1_000_000, "sfk_\ud800"])
def test_unknown_token_is_nobody(site, token):
    assert not tokens.principal_of_bearer(token).is_somebody


@pytest.mark.parametrize(("scope", "days"), [("admin", 1), ("read", 0), ("read", 366)])
def test_bounds(ada, scope, days):
    with pytest.raises(Invalid):
        tokens.create(EMAIL, scope, days)


def test_unknown_account(site):
    with pytest.raises(NotFound):
        tokens.create("nobody@example.org")
