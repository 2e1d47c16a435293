"""The proof before a risky change: the password, or a session opened just now where there is none."""

from datetime import timedelta

import pytest

from sciflask_reflex.db import writing
from sciflask_reflex.errors import Invalid, Refused, SignInNeeded, TooOften
from sciflask_reflex.identity import limits, passwords, proving
from sciflask_reflex.identity.cookies import hash_of
from sciflask_reflex.identity.models import Account, LocalUser, SessionDetail
from sciflask_reflex.identity.principal import NOBODY, Principal
from sciflask_reflex.models import utcnow
from tests.accounts import IP, PASSWORD, make_account, make_session


@pytest.fixture
def ada(site):
    return make_account()


@pytest.fixture
def without(ada):
    """Ada without a password."""
    with writing() as session:
        session.get_one(LocalUser, session.get_one(Account, ada.owner_id).local_user_id).password_hash = passwords.NO_PASSWORD
    return ada


def test_the_password(ada):
    proving.prove(ada, PASSWORD, "", ip=IP)
    assert proving.has_password(ada.owner_id)
    for wrong in ("", "wrong", PASSWORD.upper()):
        with pytest.raises(Invalid) as fault:
            proving.prove(ada, wrong, make_session(ada), ip=IP)
        assert fault.value.fields.keys() == {"current_password"}


def test_strangers_who_guess_at_sign_in_do_not_keep_anybody_from_it(ada):
    for _ in range(20):
        limits.record(limits.SIGN_IN_ADDRESS, ada.email)
    proving.prove(ada, PASSWORD, "", ip=IP)


def test_wrong_ones_count_for_the_network_too(ada):
    for number in range(10):
        with pytest.raises(Invalid):
            proving.prove(make_account(f"p{number}@example.org"), "wrong", "", ip=IP)
    with pytest.raises(TooOften):
        proving.prove(ada, PASSWORD, "", ip=IP)


def test_without_a_password_a_fresh_session_will_do(without):
    token = make_session(without)
    assert not proving.has_password(without.owner_id)
    proving.prove(without, "", token, ip=IP)
    with writing() as session:
        session.get_one(SessionDetail, hash_of(token)).created_at = utcnow() - timedelta(minutes=11)
    for stale in (token, "", "unknown"):
        with pytest.raises(Refused):
            proving.prove(without, PASSWORD, stale, ip=IP)


def test_somebody_elses_fresh_session_will_not(without):
    theirs = make_session(make_account("bob@example.org"))
    with pytest.raises(Refused):
        proving.prove(without, "", theirs, ip=IP)


def test_no_password_fits_where_there_is_none(without):
    for guess in ("!", "", PASSWORD):
        assert not passwords.verify(passwords.NO_PASSWORD, guess)


@pytest.mark.parametrize("who", [NOBODY, Principal("f" * 32, "guest"), Principal("f" * 32, "user")])
def test_only_people_with_an_account(site, who):
    with pytest.raises(SignInNeeded):
        proving.prove(who, PASSWORD, "", ip=IP)


def test_an_admin_who_looks_as_somebody_proves_nothing(ada):
    looked_at = Principal(ada.owner_id, ada.role, ada.name, ada.email, viewed_by="a" * 32)
    with pytest.raises(SignInNeeded):
        proving.prove(looked_at, PASSWORD, "", ip=IP)
