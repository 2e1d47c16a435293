"""The forms of the account page: who may post them, what comes back, and that no secret is left anywhere."""

import pytest

from sciflask_reflex.account.http import ROUTES
from sciflask_reflex.identity import sessions, tokens
from sciflask_reflex.identity.changing import SIGN_IN_FIRST
from sciflask_reflex.identity.cookies import SESSION_COOKIE, new_guest_token
from sciflask_reflex.identity.sessions import ensure_guest
from tests.accounts import PASSWORD, link_for, make_session

NEW = "another horse battery"
SIGNED_IN = ("/auth/name", "/auth/email", "/auth/password", "/auth/logout-everywhere", "/auth/delete-account")
CHANGE = {"current_password": PASSWORD, "password": NEW, "confirm_password": NEW}
TOKEN = {"name": "script", "scope": "read", "days": "30", "current_password": PASSWORD}


@pytest.fixture
def ada(small_site, someone, configure):
    configure(registration="open")
    return someone()


def test_guests_and_strangers_are_sent_to_sign_in(small_site, browse):
    guest = new_guest_token()
    ensure_guest(guest, ip="192.0.2.1")
    for token in ("", guest, "unknown"):
        for path in SIGNED_IN:
            answer = browse(token).post(path, {})
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/login")
        assert browse(token).post("/auth/tokens", TOKEN).status_code == 401


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"origin": ""}])
def test_other_sites_may_not_post(ada, browse, headers):
    for route in ROUTES:
        assert browse(ada.token).post(route.path, {}, headers).status_code == 403
    assert sessions.principal_of_token(ada.token).is_somebody
    assert tokens.list_for(ada.owner_id) == []


def test_get_does_nothing(ada, browse):
    for route in ROUTES:
        assert browse(ada.token).post(route.path, method="GET").status_code == 405


def test_a_name(ada, browse, flash_of):
    answer = browse(ada.token).post("/auth/name", {"first_name": "Augusta", "last_name": "King"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account#details")
    told = flash_of(answer)
    assert (told.form, told.tone, told.faults) == ("/account#details", "ok", {})
    assert sessions.principal_of_token(ada.token).name == "Augusta King"


def test_faults_come_back_to_their_form_with_what_was_typed_but_the_passwords(ada, browse, flash_of):
    answer = browse(ada.token).post("/auth/email", {"new_email": "no address", "current_password": "my secret one"})
    told = flash_of(answer)
    assert (answer.headers["location"], told.form, told.tone) == ("/account#email", "/account#email", "error")
    assert (told.faults.keys(), told.values) == ({"new_email"}, {"new_email": "no address"})
    answer = browse(ada.token).post("/auth/password", CHANGE | {"current_password": "wrong"})
    assert (flash_of(answer).form, flash_of(answer).faults.keys(), flash_of(answer).values) == (
        "/account#password",
        {"current_password"},
        {},
    )


def test_a_new_password_hands_over_a_new_session(ada, browse, flash_of):
    other = make_session(ada.who)
    answer = browse(ada.token).post("/auth/password", CHANGE)
    new = answer.cookies[SESSION_COOKIE]
    assert flash_of(answer).tone == "ok"
    assert [sessions.principal_of_token(token).is_somebody for token in (ada.token, other, new)] == [False, False, True]


def test_the_link_in_the_mail_moves_the_account_by_post_alone(ada, browse, flash_of):
    browse(ada.token).post("/auth/email", {"new_email": "ada@new.example.org", "current_password": PASSWORD})
    secret = link_for("ada@new.example.org")
    stranger = flash_of(browse().post("/auth/confirm-email", {"token": secret}), "/confirm-email")
    assert (stranger.tone, stranger.sentence) == ("error", SIGN_IN_FIRST)
    answer = browse(ada.token).post("/auth/confirm-email", {"token": secret})
    assert (answer.headers["location"], flash_of(answer, "/confirm-email").tone) == ("/confirm-email", "ok")
    again = browse(ada.token).post("/auth/confirm-email", {"token": secret})
    told = flash_of(again, "/confirm-email")
    assert (told.tone, told.values) == ("error", {})
    assert secret not in again.headers["set-cookie"]


def test_sign_out_everywhere(ada, browse):
    other = make_session(ada.who)
    answer = browse(ada.token).post("/auth/logout-everywhere", {})
    assert answer.headers["location"] == "/"
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert not any(sessions.principal_of_token(token).is_somebody for token in (ada.token, other))


def test_a_token_is_answered_once_and_kept_by_nobody(ada, browse, dump):
    answer = browse(ada.token).post("/auth/tokens", TOKEN)
    secret = answer.json()["token"]
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "set-cookie" not in answer.headers
    assert secret.startswith("sfk_")
    who = tokens.principal_of_bearer(secret)
    assert (who.owner_id, who.scopes) == (ada.owner_id, frozenset({"read"}))
    assert secret not in dump()
    (key,) = tokens.list_for(ada.owner_id)
    tokens.revoke(key.id, owner_id=ada.owner_id)
    assert not tokens.principal_of_bearer(secret).is_somebody


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"current_password": "wrong"}, {"current_password"}),
        ({"current_password": ""}, {"current_password"}),
        ({"days": "366"}, {"days"}),
        ({"days": "0"}, {"days"}),
        ({"days": "-1"}, {"days"}),
        ({"days": "1e1"}, {"days"}),
        ({"days": "\u0663"}, {"days"}),
        ({"scope": "admin"}, {"scope"}),
        ({"name": "  "}, {"name"}),
    ],
)
def test_no_token_without_the_password_or_beyond_the_bounds(ada, browse, given, fields):
    answer = browse(ada.token).post("/auth/tokens", TOKEN | given)
    assert (answer.status_code, answer.json()["faults"].keys()) == (422, fields)
    assert "token" not in answer.json()
    assert tokens.list_for(ada.owner_id) == []


def test_guessing_at_the_password_is_slowed_down(ada, browse):
    answers = [browse(ada.token).post("/auth/tokens", TOKEN | {"current_password": "wrong"}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    late = browse(ada.token).post("/auth/password", CHANGE)
    assert (late.status_code, int(late.headers["retry-after"]) > 0) == (429, True)


def test_nobody_who_looks_as_somebody_changes_anything(small_site, someone, browse, flash_of):
    from sciflask_reflex.identity import looking
    from sciflask_reflex.models import Role

    ada, admin = someone(), someone("eve@example.org", role=Role.ADMIN)
    looking.start(admin.token, ada.owner_id)
    assert browse(admin.token).post("/auth/tokens", TOKEN).status_code == 409
    told = flash_of(browse(admin.token).post("/auth/name", {"first_name": "X", "last_name": "Y"}))
    assert "looking" in told.sentence
    assert sessions.principal_of_token(ada.token).name == "Ada Lovelace"
