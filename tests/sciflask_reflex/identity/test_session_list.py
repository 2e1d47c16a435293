"""Where a person is signed in: theirs alone to see and to end, at once."""

import pytest

from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import NotFound
from sciflask_reflex.identity import session_list, sessions, signing_in
from sciflask_reflex.identity.cookies import hash_of
from sciflask_reflex.identity.devices import Browser
from sciflask_reflex.identity.models import SessionDetail
from tests.accounts import make_account, make_session


@pytest.fixture
def ada(site):
    return make_account()


def alive(token):
    return sessions.principal_of_token(token).is_somebody


def test_this_one_first_and_nothing_that_opens_it(ada):
    one, two = make_session(ada), signing_in.complete(ada.owner_id, Browser("2001:db8:1:2::3"), method="password", remember=False).session
    make_session(make_account("bob@example.org"))
    rows = session_list.list_for(ada.owner_id, one)
    assert [row.is_this for row in rows] == [True, False]
    assert (rows[1].network, rows[1].method) == ("2001:0db8:0001::/48", "password")
    assert rows[0].since
    for token in (one, two):
        assert token not in repr(rows)
        assert hash_of(token)[:16] not in repr(rows)


def test_one_is_revoked_at_once_and_by_nobody_else(ada):
    mine, theirs = make_session(ada), make_session(make_account("bob@example.org"))
    bob = sessions.principal_of_token(theirs).owner_id
    (row,) = session_list.list_for(ada.owner_id, mine)
    for number in (row.id, 10_000):
        with pytest.raises(NotFound):
            session_list.revoke(number, owner_id=bob)
    assert alive(mine)
    session_list.revoke(row.id, owner_id=ada.owner_id)
    assert not alive(mine)
    assert alive(theirs)
    with reading() as session:
        assert session.get(SessionDetail, hash_of(mine)) is None


def test_all_others_or_all(ada):
    here, there, elsewhere = (make_session(ada) for _ in range(3))
    theirs = make_session(make_account("bob@example.org"))
    assert session_list.revoke_others(ada.owner_id, here) == 2
    assert [alive(token) for token in (here, there, elsewhere, theirs)] == [True, False, False, True]
    assert session_list.revoke_all(ada.owner_id) == 1
    assert [alive(token) for token in (here, theirs)] == [False, True]
    assert session_list.list_for(ada.owner_id, here) == []


def test_a_renewed_session_is_the_same_under_another_token(ada):
    token = make_session(ada, remember=True)
    with writing() as session:
        new = session_list.renew(session, token)
    assert (alive(token), alive(new)) == (False, True)
    assert session_list.is_remembered(new)
    assert not session_list.is_remembered(token)
    assert [row.is_this for row in session_list.list_for(ada.owner_id, new)] == [True]
