"""Every address of the panel, whatever it serves, is for admins alone; what others get tells them nothing."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import col, update
from starlette.routing import Mount, Route

from sciflask_reflex.admin.site import VIEWS, admin_panel, build
from sciflask_reflex.db import writing
from sciflask_reflex.identity import looking, people
from sciflask_reflex.identity.cookies import new_guest_token
from sciflask_reflex.identity.models import Account, LocalUser
from sciflask_reflex.identity.sessions import ensure_guest
from sciflask_reflex.models import Owner, Role
from sciflask_reflex.settings import settings
from tests.sciflask_reflex.admin.browser import CSRF, SITE, Visitor, elsewhere


def addresses() -> Iterator[tuple[str, str]]:
    """Yield method and path of everything that the panel serves, and of a few things that it does not."""
    for route in build().routes:
        if isinstance(route, Mount):
            yield from (("GET", f"/admin{route.path}/{name}") for name in ("panel.css", "js/list.js", "nothing.js"))
            continue
        assert isinstance(route, Route)
        for method in sorted(route.methods or ()):
            for key in ("people", "audit"):
                path = route.path.replace("{key}", key).replace("{storage}", "x").replace("{path:path}", "y")
                yield method, f"/admin{path}?pk=1&name=delete"
    yield from (("GET", "/admin"), ("GET", "/admin/nothing"), ("POST", "/admin/nothing"), ("PUT", "/admin/people/list"))
    yield from (("GET", "/admin/login"), ("GET", "/admin/static/../people/list"), ("GET", "/admin//people/list"))


@pytest.fixture
def everybody(sqlite: str, panel: Any, person: Any, admin: Any) -> dict[str, Visitor]:
    """One browser for each kind of visitor that is no admin."""
    with writing() as session:
        session.add(Owner(id="f" * 32, role=Role.USER, name="Nobody"))
    guest = new_guest_token()
    ensure_guest(guest, ip="192.0.2.1")
    user, other, disabled, unconfirmed = person(), person("reader"), person(Role.ADMIN), person(Role.ADMIN)
    people.set_enabled(disabled.id, enabled=False)
    with writing() as session:
        session.execute(update(Account).where(col(Account.owner_id) == unconfirmed.id).values(confirmed_at=None))
    looker = person(Role.ADMIN)
    looking.start(looker.token, user.id)
    tokens = {
        "anonymous": "", "stranger": "x" * 43, "guest": guest, "disabled": disabled.token, "unconfirmed": unconfirmed.token,
        "user": user.token, "other role": other.token, "looking": looker.token,
    }  # fmt: skip
    return {who: Visitor(panel, token) for who, token in tokens.items()}


@pytest.mark.parametrize("who", ["anonymous", "stranger", "guest", "disabled", "unconfirmed", "user", "other role", "looking"])
def test_nobody_else_gets_anywhere(everybody: dict[str, Visitor], who: str) -> None:
    visitor, answers = everybody[who], set()
    for method, path in addresses():
        answer = visitor.ask(method, path)
        knows = ("grace@example.org", "person1@", "People", "Audit log", CSRF)
        assert not any(word in answer.text or word in str(answer.headers) for word in knows), f"{method} {path}"
        assert answer.headers["cache-control"] == "no-store"
        answers.add((method in ("GET", "HEAD"), answer.status_code))
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/login")
            assert "//" not in answer.headers["location"]
    known = who in ("user", "other role", "looking")
    assert answers == ({(True, 403), (False, 403)} if known else {(True, 303), (False, 401)})


def test_a_program_without_a_session_is_told_so(everybody: dict[str, Visitor]) -> None:
    answer = everybody["anonymous"].get("/admin/_api/people/relation-lookup", headers={"accept": "application/json"})
    assert answer.status_code == 401
    assert everybody["anonymous"].get("/admin/people/list").headers["location"] == "/login?next=/admin/people/list"
    assert everybody["anonymous"].get("/admin").headers["location"] == "/login?next=/admin"


def test_admins_get_in(everybody: dict[str, Visitor], visitor: Visitor) -> None:
    for view in VIEWS:
        answer = visitor.get(f"/admin/{view.key}/list")
        assert answer.status_code == 200, view.key
        assert "no-store" in answer.headers["cache-control"]
    assert visitor.get("/admin").status_code == 200
    assert visitor.get("/admin/nothing/list").status_code == 404


@pytest.mark.parametrize("change", ["role", "disabled", "signed out"])
def test_rights_end_with_the_next_request(sqlite: str, visitor: Visitor, admin: Any, person: Any, change: str) -> None:
    person(Role.ADMIN)
    assert visitor.get("/admin/people/list").status_code == 200
    with writing() as session:
        if change == "role":
            session.execute(update(Owner).where(col(Owner.id) == admin.id).values(role=Role.USER))
        elif change == "disabled":
            session.execute(update(LocalUser).where(col(LocalUser.username) == admin.email).values(enabled=False))
    if change == "signed out":
        visitor.token = ""
    assert visitor.get("/admin/people/list").status_code == (403 if change == "role" else 303)


def test_what_changes_something_comes_from_our_pages_with_the_pages_token(sqlite: str, visitor: Visitor, person: Any) -> None:
    somebody = person()
    where = {"params": {"name": "disable", "pk": somebody.id}}
    action = "/admin/_api/people/row-action"
    visitor.get("/admin/")
    good = {"x-csrftoken": visitor.cookies[CSRF]}
    refused = [
        visitor.ask("POST", action, headers=good | {"origin": "https://evil.example"}, **where),
        visitor.ask("POST", action, headers=good | {"origin": "null"}, **where),
        visitor.ask("POST", action, headers=good | {"origin": ""}, **where),
        visitor.ask("POST", action, **where),
        visitor.ask("POST", action, headers={"x-csrftoken": "x" + good["x-csrftoken"]}, **where),
        visitor.ask("POST", f"/admin/people/edit?pk={somebody.id}", data={"first_name": "X", "last_name": "Y", "role": "admin"}),
        visitor.ask("DELETE", action, headers=good | {"origin": "https://evil.example"}, **where),
    ]
    assert [answer.status_code for answer in refused] == [403] * len(refused)
    assert visitor.post(action, headers=good, **where).status_code == 200


def test_the_secret_is_the_same_in_every_process(sqlite: str, visitor: Visitor, person: Any) -> None:
    visitor.get("/admin/")
    visitor.panel = admin_panel(elsewhere)
    assert visitor.press("people", "disable", person().id).status_code == 200


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(sqlite: str, visitor: Visitor, person: Any, target: str) -> None:
    visitor.get("/admin/")
    answer = visitor.post("/admin/_api/people/row-action", params={"name": "disable", "pk": person().id, "_origin": target})
    assert answer.json()["redirect"] == f"{SITE}/admin/people/list"


def test_links_do_not_believe_the_host_of_a_request(sqlite: str, visitor: Visitor) -> None:
    page = visitor.get("/admin/people/list", headers={"host": "evil.example", "x-forwarded-host": "evil.example"}).text
    assert "evil.example" not in page
    assert f"{SITE}/admin/" in page


def test_the_policy_allows_our_scripts_and_no_others(sqlite: str, visitor: Visitor, person: Any) -> None:
    somebody = person()
    pages = [f"/admin/people/{name}?pk={somebody.id}" for name in ("list", "detail", "edit", "create")]
    nonces = set()
    for path in [*pages, "/admin/", "/admin/nothing/list"]:
        answer = visitor.get(path)
        policy = answer.headers["content-security-policy"]
        scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert "unsafe" not in scripts
        nonce = scripts.split("'nonce-")[1].rstrip("'")
        nonces.add(nonce)
        inline = [part.split(">")[0] for part in answer.text.split("<script")[1:] if "src=" not in part.split(">")[0]]
        assert all(f'nonce="{nonce}"' in tag or "application/json" in tag for tag in inline)
        lowered = answer.text.lower()
        assert not any(word in lowered for word in ("javascript:", "rsms.me"))
        assert not re.search(r"<[^>]*\son[a-z]+=[^>]*>", lowered)
        loaded = [part.split('"')[1] for part in lowered.replace("href=", "src=").split("src=")[1:] if part.startswith('"')]
        assert all(address.startswith(("/", "#", settings().public_url)) for address in loaded), loaded
    assert len(nonces) == len(pages) + 2


def test_the_rest_of_the_site_is_none_of_its_business(sqlite: str, panel: Any) -> None:
    for path in ("/", "/administration", "/profile", "/ADMIN"):
        assert Visitor(panel).get(path).headers["x-rest"] == "1"
