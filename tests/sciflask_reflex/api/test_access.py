"""Every route, asked by everybody. A route without a row in the table fails the test."""

from typing import Any

import pytest
from fastapi.routing import APIRoute

from sciflask_reflex.api.app import ROUTERS, versioned
from sciflask_reflex.identity.service import set_enabled
from sciflask_reflex.models import Analysis, Study
from sciflask_reflex.settings import settings

OPEN = {("GET", "/tools"), ("GET", "/tools/{slug}"), ("GET", "/tools/{slug}/examples/{name}"), ("GET", "/openapi.json"), ("GET", "/docs")}
READ = {
    ("GET", "/me"),
    ("GET", "/studies"),
    ("GET", "/studies/{study_id}"),
    ("GET", "/analyses"),
    ("GET", "/analyses/{analysis_id}"),
    ("GET", "/analyses/{analysis_id}/events"),
    ("GET", "/analyses/{analysis_id}/files"),
    ("GET", "/analyses/{analysis_id}/files/{name}"),
    ("HEAD", "/analyses/{analysis_id}/files/{name}"),
    ("GET", "/analyses/{analysis_id}/bundle.zip"),
    ("HEAD", "/analyses/{analysis_id}/bundle.zip"),
}
WRITE = {
    ("POST", "/uploads"),
    ("POST", "/studies"),
    ("DELETE", "/studies/{study_id}"),
    ("POST", "/studies/{study_id}/analyses"),
    ("DELETE", "/analyses/{analysis_id}"),
    ("POST", "/analyses/{analysis_id}/cancel"),
    ("POST", "/tools/{slug}/live"),
}
SESSION = {("GET", "/me/export.zip")}
"""What the session alone opens, and no token."""
SHARES = {("GET", "/shares/{share_id}/link")}
"""Of a thing of its own: see ``test_shared.py``."""
LIVE_RESULTS = {(method, f"/tools/{{slug}}/live/{{key}}/{what}") for method in ("GET", "HEAD") for what in ("files/{name}", "bundle.zip")}
"""Opened by a key that follows from the parameters alone, and holding nobody's data: see ``test_live.py``."""
NOBODYS = "0" * 32
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/uploads"): {"files": {"file": ("a.csv", b"x")}},
    ("POST", "/studies"): {"json": {"tool": "correlation", "name": "n", "inputs": {"dataset1": NOBODYS}}},
    ("POST", "/studies/{study_id}/analyses"): {"json": {"name": "n"}},
    ("POST", "/tools/{slug}/live"): {"json": {"parameters": {}}},
}


def of_one_thing(routes: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the routes whose address holds an id."""
    return sorted(route for route in routes if "_id}" in route[1])


def fill(path: str, study: str, analysis: str) -> str:
    """Return the address with ids."""
    name = "genes.csv" if "/examples/" in path else "pairs.csv"
    return "/api/v1" + path.format(study_id=study, analysis_id=analysis, name=name, slug="correlation")


def call(ask: Any, route: tuple[str, str], headers: dict[str, str], study: str = NOBODYS, analysis: str = NOBODYS) -> Any:
    """Send a well-formed request for the route."""
    return ask(route[0], fill(route[1], study, analysis), headers, **BODIES.get(route, {}))


def assert_problem(answer: Any, status: int) -> None:
    """Assert that the answer is a problem document of this status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    if answer.request.method != "HEAD":
        document = answer.json()
        assert document["status"] == status
        assert document["title"]
        assert document["detail"]


def test_the_table_is_complete() -> None:
    own = versioned().router.routes
    routes = [*own, *(route for router in ROUTERS for route in router.routes)]
    found = {(method, route.path) for route in routes if isinstance(route, APIRoute) for method in route.methods or ()}
    assert found == OPEN | READ | WRITE | SESSION | SHARES | LIVE_RESULTS
    assert sum(not isinstance(route, APIRoute) for route in own) == len(ROUTERS)


@pytest.mark.parametrize("route", sorted(OPEN))
def test_open_to_everybody(ask: Any, site: str, route: tuple[str, str]) -> None:
    assert call(ask, route, {}).status_code == 200


@pytest.mark.parametrize("route", sorted(READ | WRITE | SESSION))
def test_nobody_without_a_good_credential(ask: Any, expired: dict[str, str], revoked: dict[str, str], route: tuple[str, str]) -> None:
    bad = (
        {},
        {"authorization": "Bearer sfk_guessed"},
        {"authorization": "Bearer "},
        {"authorization": "Basic YTpi"},
        {"cookie": "sciflask_session=guessed", "origin": "http://localhost:3000"},
        {"cookie": "sciflask_session=g.forged.00", "origin": "http://localhost:3000"},
        expired,
        revoked,
    )
    for headers in bad:
        answer = call(ask, route, headers)
        assert_problem(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("route", sorted(SESSION))
def test_no_token_opens_what_is_the_persons_alone(ask: Any, ada: Any, route: tuple[str, str]) -> None:
    for token in (ada.read, ada.submit, ada.submit | ada.cookie):
        assert_problem(call(ask, route, token), 403)
    assert call(ask, route, ada.cookie).status_code == 200


@pytest.mark.parametrize("route", sorted(WRITE))
def test_a_read_only_token_changes_nothing(ask: Any, ada: Any, study: Study, done: Analysis, route: tuple[str, str]) -> None:
    assert_problem(call(ask, route, ada.read, study.id, done.id), 403)
    assert ask("GET", f"/api/v1/analyses/{done.id}", ada.read).json()["status"] == "done"


@pytest.mark.parametrize("route", of_one_thing(READ | WRITE))
def test_what_is_not_yours_does_not_exist(ask: Any, ada: Any, bob: Any, study: Study, done: Analysis, route: tuple[str, str]) -> None:
    theirs = call(ask, route, bob.submit, study.id, done.id)
    missing = call(ask, route, bob.submit)
    assert_problem(theirs, 404)
    assert theirs.content == missing.content
    assert call(ask, ("GET", "/analyses/{analysis_id}"), ada.submit, analysis=done.id).status_code == 200


@pytest.mark.parametrize("route", sorted(WRITE))
@pytest.mark.parametrize("origin", [{"origin": "https://evil.example"}, {"origin": "null"}, {}, {"sec-fetch-site": "cross-site"}])
def test_a_cookie_is_no_good_on_other_pages(
    ask: Any, ada: Any, study: Study, done: Analysis, route: tuple[str, str], origin: dict[str, str]
) -> None:
    headers = {"cookie": ada.cookie["cookie"]} | origin
    assert_problem(call(ask, route, headers, study.id, done.id), 403)
    assert ask("GET", f"/api/v1/analyses/{done.id}", ada.read).json()["status"] == "done"


@pytest.mark.parametrize("route", [("DELETE", "/analyses/{analysis_id}"), ("POST", "/analyses/{analysis_id}/cancel")])
@pytest.mark.parametrize("origin", [{"origin": "http://localhost:3000"}, {"sec-fetch-site": "same-origin"}])
def test_a_cookie_is_good_on_our_own_pages(ask: Any, ada: Any, done: Analysis, route: tuple[str, str], origin: dict[str, str]) -> None:
    answer = call(ask, route, {"cookie": ada.cookie["cookie"]} | origin, analysis=done.id)
    assert answer.status_code in (202, 204)


@pytest.mark.parametrize("query", ["token=abc", "access_token=abc", "x=sfk_abc"])
def test_a_token_in_the_address_is_refused(ask: Any, ada: Any, query: str) -> None:
    assert_problem(ask("GET", f"/api/v1/me?{query}", ada.submit), 400)


def test_a_disabled_account_is_out_at_once(ask: Any, ada: Any) -> None:
    assert ask("GET", "/api/v1/me", ada.submit).json()["email"] == "ada@example.org"
    set_enabled("ada@example.org", enabled=False)
    assert ask("GET", "/api/v1/me", ada.submit).status_code == 401
    assert ask("GET", "/api/v1/me", ada.cookie).status_code == 401


def test_a_guest_becomes_an_owner_with_the_first_upload(ask: Any, guest: dict[str, str]) -> None:
    assert ask("GET", "/api/v1/me", guest).status_code == 401
    sent = ask("POST", "/api/v1/uploads", guest, files={"file": ("a.csv", b"a,b\n")})
    assert sent.status_code == 201, sent.text
    assert ask("GET", "/api/v1/me", guest).json()["role"] == "guest"


def test_no_guests_where_they_are_not_let_in(ask: Any, guest: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIFLASK_GUESTS", "false")
    settings.cache_clear()
    assert_problem(ask("POST", "/api/v1/uploads", guest, files={"file": ("a.csv", b"a,b\n")}), 401)
