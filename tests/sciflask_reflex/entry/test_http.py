"""The forms' addresses: who may post, what comes back, and that nothing typed is lost but the passwords."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from sciflask_reflex.entry.http import ROUTES, UNEQUAL
from sciflask_reflex.http.flash import COOKIE, Flash, read_flash, set_flash
from sciflask_reflex.http.forms import MAX_BYTES
from sciflask_reflex.identity import limits, service, sessions
from sciflask_reflex.identity.cookies import SESSION_COOKIE, new_guest_token

ORIGIN = {"origin": "http://localhost:3000"}
PASSWORD = "correct horse battery"
FORM = {
    "first_name": "Ada", "last_name": "L\u00f6velace", "email": "ada@example.org", "password": PASSWORD, "confirm_password": PASSWORD, "terms": "on",
}  # fmt: skip


@pytest.fixture
def site(sqlite, keys):
    return sqlite


@dataclass
class Browser:
    """Posts forms from our own page and keeps cookies."""

    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def request(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(Starlette(routes=ROUTES))
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000", cookies=self.cookies) as client:
                answer = await client.request(method, path, headers=ORIGIN | (headers or {}), **more)
                self.cookies = client.cookies
                return answer

        return asyncio.run(ask())

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.request("POST", path, **more)


@pytest.fixture
def browser(site):
    return Browser()


def session_of(answer: httpx.Response) -> str:
    return answer.cookies.get(SESSION_COOKIE, "")


def flash_of(answer: httpx.Response, form: str) -> Flash:
    return read_flash(f"{COOKIE}={answer.cookies.get(COOKIE, '')}", form)


def test_register_then_sign_out_then_sign_in(browser):
    answer = browser.post("/auth/register", data=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/profile")
    first = session_of(answer)
    assert sessions.principal_of_token(first).name == "Ada L\u00f6velace"
    away = browser.post("/auth/logout")
    assert (away.status_code, away.headers["location"]) == (303, "/")
    assert not sessions.principal_of_token(first).is_somebody
    back = browser.post("/auth/login", data={"email": "ADA@example.org", "password": PASSWORD, "next": "/upload"})
    assert (back.status_code, back.headers["location"]) == (303, "/upload")
    assert session_of(back) not in ("", first)


def test_the_cookie_is_out_of_reach_of_scripts(browser):
    header = next(
        value for value in browser.post("/auth/register", data=FORM).headers.get_list("set-cookie") if value.startswith(SESSION_COOKIE)
    )
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in header.split(";")}
    assert "Secure" not in header


def test_the_cookie_travels_over_tls_only_where_there_is_tls(site, monkeypatch):
    from sciflask_reflex.identity.cookies import set_session
    from sciflask_reflex.settings import settings

    monkeypatch.setenv("SCIFLASK_PUBLIC_URL", "https://lab.example.org")
    settings.cache_clear()
    assert set_session("x").endswith("; Secure")
    settings.cache_clear()


def test_a_new_sign_in_ends_the_one_before(browser):
    first = session_of(browser.post("/auth/register", data=FORM))
    second = session_of(browser.post("/auth/login", data={"email": FORM["email"], "password": PASSWORD}))
    assert not sessions.principal_of_token(first).is_somebody
    assert sessions.principal_of_token(second).is_somebody


def test_a_given_session_is_not_taken_over(browser):
    """Session fixation: a token that somebody planted never becomes the user's."""
    planted = new_guest_token()
    browser.cookies.set(SESSION_COOKIE, planted)
    answer = browser.post("/auth/register", data=FORM)
    assert session_of(answer) != planted
    assert not sessions.principal_of_token(planted).is_somebody


def test_a_guests_work_goes_along(browser):
    from sciflask_reflex.db import reading
    from sciflask_reflex.models import Study
    from tests.factories import make_study

    cookie = new_guest_token()
    study = make_study(sessions.ensure_guest(cookie, ip="192.0.2.1").owner_id)
    browser.cookies.set(SESSION_COOKIE, cookie)
    token = session_of(browser.post("/auth/register", data=FORM))
    with reading() as session:
        assert session.get_one(Study, study.id).owner_id == sessions.principal_of_token(token).owner_id


def test_a_failed_registration_loses_nothing_but_the_passwords(browser):
    form = FORM | {"email": "nobody", "confirm_password": "something else", "terms": "", "next": "/upload"}
    answer = browser.post("/auth/register", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/register?next=/upload")
    flash = flash_of(answer, "/register")
    assert flash.faults.keys() == {"email", "confirm_password", "terms"}
    assert flash.faults["confirm_password"] == UNEQUAL
    assert flash.values == {"first_name": "Ada", "last_name": "L\u00f6velace", "email": "nobody", "terms": ""}
    assert PASSWORD not in str(flash)
    assert session_of(answer) == ""
    assert flash_of(answer, "/login").form == ""


def test_a_taken_address_gets_its_sentence_at_the_field(browser):
    browser.post("/auth/register", data=FORM)
    browser.cookies.clear()
    assert flash_of(browser.post("/auth/register", data=FORM), "/register").faults == {"email": service.TAKEN}


def test_a_wrong_password_is_told_without_telling_more(browser):
    browser.post("/auth/register", data=FORM)
    seen = set()
    for email in (FORM["email"], "nobody@example.org", "x" * 5_000, ""):
        answer = browser.post("/auth/login", data={"email": email, "password": "wrong wrong wrong"})
        seen.add((answer.status_code, answer.headers["location"], flash_of(answer, "/login").sentence))
    assert seen == {(303, "/login", service.WRONG)}


def test_too_many_tries_are_told_to_wait(browser):
    for _ in range(10):
        limits.record(limits.SIGN_IN_SITE, "all")
        limits.record(limits.SIGN_IN_ADDRESS, FORM["email"])
    assert "wait" in flash_of(browser.post("/auth/login", data={"email": FORM["email"], "password": "x"}), "/login").sentence


@pytest.mark.parametrize("extra", ["role", "enabled", "email_verified", "owner_id"])
def test_fields_that_are_not_ours_are_refused(browser, extra):
    answer = browser.post("/auth/register", data=FORM | {extra: "admin"})
    assert answer.headers["location"] == "/register"
    assert "could not be read" in flash_of(answer, "/register").sentence
    assert session_of(answer) == ""


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"email=a&email=b", "application/x-www-form-urlencoded"),
        (b"email=%FF%FE&password=%ED%A0%80", "application/x-www-form-urlencoded"),
        (b"\xff\x00", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % n for n in range(1_000)), "application/x-www-form-urlencoded"),
        (b'{"email": ["a"]}', "application/json"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
    ],
)
def test_what_is_no_form_gets_a_sentence(browser, body, kind):
    for page in ("login", "register"):
        answer = browser.post(f"/auth/{page}", content=body, headers={"content-type": kind})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/{page}")
        assert flash_of(answer, f"/{page}").sentence


def test_too_large_a_form_is_cut_off(browser):
    answer = browser.post("/auth/login", data={"email": "x" * MAX_BYTES, "password": ""})
    assert answer.status_code == 413


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"origin": ""}])
@pytest.mark.parametrize("path", ["login", "register", "logout"])
def test_other_sites_may_not_post(browser, headers, path):
    token = session_of(browser.post("/auth/register", data=FORM))
    answer = browser.post(
        f"/auth/{path}", data=FORM if path == "register" else {"email": FORM["email"], "password": PASSWORD}, headers=headers
    )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert sessions.principal_of_token(token).is_somebody


def test_get_does_nothing(browser):
    assert browser.request("GET", "/auth/logout").status_code == 405


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil", "https:evil", "javascript:alert(1)"])
def test_next_stays_here(browser, target):
    assert browser.post("/auth/register", data=FORM | {"next": target}).headers["location"] == "/profile"


def test_flash_is_ours_and_fresh(site, monkeypatch):
    from sciflask_reflex.http import flash as module

    header = set_flash(Flash("/login", "No.", {"a": "b"}, {"email": "x" * 9_000})).split(";")[0]
    assert len(header) < 4_000
    assert read_flash(header, "/login").sentence == "No."
    assert read_flash(header, "/register").sentence == ""
    name, _, value = header.partition("=")
    for forged in (f"{name}=x{value}", f"{name}={value[:-1]}", f"{name}=", f"{name}=.", f"{name}=\u00e9.\u00e9", ""):
        assert read_flash(forged, "/login").sentence == ""
    real = module.time.time
    monkeypatch.setattr(module.time, "time", lambda: real() + 61)
    assert read_flash(header, "/login").sentence == ""
