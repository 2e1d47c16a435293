"""Links in mails: hashed, good once, for one purpose, for a while; on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from sciflask_reflex import links
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Refused
from sciflask_reflex.identity import one_time
from sciflask_reflex.identity.models import OneTimeLink
from tests.factories import make_owner


def make(owner, purpose=one_time.RESET, **more):
    with writing() as session:
        return links.token_of(one_time.make(session, purpose, owner.id, **({"seconds": 60} | more)).id)


def use(token, purpose=one_time.RESET):
    with writing() as session:
        return one_time.consume(session, token, purpose)


def test_a_link_is_used_up_once_and_says_what_it_was_for(site):
    owner = make_owner()
    token = make(owner, one_time.EMAIL, new_value="new@example.org")
    link = use(token, one_time.EMAIL)
    assert (link.owner_id, link.new_value) == (owner.id, "new@example.org")
    assert link.used_at is not None
    with pytest.raises(Refused, match="Ask for a new one"):
        use(token, one_time.EMAIL)


def test_the_database_has_no_token(site, dump):
    token = make(make_owner())
    assert token not in dump()
    assert links.hash_of_token(token) in dump()


def test_looking_uses_nothing_up(site):
    token = make(make_owner())
    for _ in range(3):
        with reading() as session:
            assert one_time.require_good(session, token, one_time.RESET)
    assert use(token)


@pytest.mark.parametrize("purpose", [one_time.CONFIRM, one_time.EMAIL, "", "RESET"])
def test_it_is_good_for_its_purpose_alone(small_site, purpose):
    token = make(make_owner())
    with pytest.raises(Refused):
        use(token, purpose)
    assert use(token)


@pytest.mark.parametrize("seconds", [0, -1])
def test_it_expires(site, seconds):
    with pytest.raises(Refused):
        use(make(make_owner(), seconds=seconds))


def test_a_newer_one_voids_an_older_one_of_the_same_person_and_purpose(site):
    ada, bob = make_owner(), make_owner()
    kept = [make(bob), make(ada, one_time.CONFIRM)]
    old, new = make(ada), make(ada)
    with pytest.raises(Refused):
        use(old)
    assert use(new)
    assert use(kept[0])
    assert use(kept[1], one_time.CONFIRM)


def test_void_reaches_the_purposes_that_are_named(small_site):
    owner = make_owner()
    reset, confirm, email = (make(owner, purpose) for purpose in (one_time.RESET, one_time.CONFIRM, one_time.EMAIL))
    with writing() as session:
        one_time.void(session, owner.id, one_time.RESET, one_time.EMAIL)
    for token, purpose in ((reset, one_time.RESET), (email, one_time.EMAIL)):
        with pytest.raises(Refused):
            use(token, purpose)
    assert use(confirm, one_time.CONFIRM)


def test_of_many_at_once_one_gets_it(site):
    token = make(make_owner())

    def attempt(_):
        try:
            return bool(use(token))
        except Refused:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


def test_what_fails_afterwards_uses_nothing_up(site):
    token = make(make_owner())

    def fail():
        with writing() as session:
            one_time.consume(session, token, one_time.RESET)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert use(token)


def test_the_id_of_the_row_is_no_token(small_site):
    make(make_owner())
    with reading() as session:
        row = session.exec(select(OneTimeLink)).one()
    for guess in (row.id, row.token_sha256, ""):
        with pytest.raises(Refused):
            use(guess)
