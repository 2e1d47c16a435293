"""The forms' addresses: who may post, what comes back, and that nothing typed is lost but the passwords."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from sqlmodel import select
from starlette.applications import Starlette

from sciflask_reflex.db import reading, writing
from sciflask_reflex.entry.http import CHANGED, CHOOSE_ANEW, ROUTES, WELCOME
from sciflask_reflex.http.flash import COOKIE, Flash, read_flash, set_flash
from sciflask_reflex.http.forms import MAX_BYTES
from sciflask_reflex.identity import by_password, limits, newcomers, sessions
from sciflask_reflex.identity.cookies import DEVICE_COOKIE, SESSION_COOKIE, new_guest_token, session_token, set_session
from sciflask_reflex.identity.factors import ticket
from sciflask_reflex.identity.models import Account, TotpSecret
from sciflask_reflex.identity.passwords import UNEQUAL
from sciflask_reflex.models import Mail, Owner, Role, Study, utcnow
from sciflask_reflex.settings import settings
from tests.accounts import PASSWORD, link_for, mails_to, make_account
from tests.factories import make_study

ORIGIN = {"origin": "http://localhost:3000"}
EMAIL = "ada@imperial.ac.uk"
FORM = {
    "first_name": "Ada", "last_name": "L\u00f6velace", "email": EMAIL, "password": PASSWORD, "confirm_password": PASSWORD, "terms": "on",
}  # fmt: skip
SIGN_IN = {"email": EMAIL, "password": PASSWORD}
FORMS = {
    "login": "/login", "register": "/register", "confirm": "/confirm", "confirm-again": "/confirm/again", "reset-password": "/reset-password",
    "new-password": "/reset-password/new",
}  # fmt: skip
"""Each address that a form posts to, and the page that it is on."""


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


def cookies_in(answer: httpx.Response) -> dict[str, str]:
    return {value.partition("=")[0]: value for value in answer.headers.get_list("set-cookie")}


@pytest.fixture
def ada(browser):
    return make_account(EMAIL)


def test_register_then_confirm_then_sign_out_then_sign_in(browser):
    answer = browser.post("/auth/register", data=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/register/sent")
    assert session_of(answer) == ""
    assert flash_of(answer, "/register/sent").values == {"email": EMAIL}
    answer = browser.post("/auth/confirm", data={"token": link_for(EMAIL)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/profile")
    assert flash_of(answer, "/profile").sentence == WELCOME
    first = session_of(answer)
    assert sessions.principal_of_token(first).name == "Ada L\u00f6velace"
    away = browser.post("/auth/logout")
    assert (away.status_code, away.headers["location"]) == (303, "/")
    assert not sessions.principal_of_token(first).is_somebody
    back = browser.post("/auth/login", data=SIGN_IN | {"email": "ADA@Imperial.ac.uk", "next": "/upload"})
    assert (back.status_code, back.headers["location"]) == (303, "/upload")
    assert session_of(back) not in ("", first)


@pytest.mark.parametrize("known", [None, True, False])
def test_the_answer_is_the_same_whoever_has_the_address(browser, known):
    if known is not None:
        make_account(EMAIL, confirmed=known)
    answer = browser.post("/auth/register", data=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/register/sent")
    assert set(cookies_in(answer)) == {COOKIE, newcomers.COOKIE}
    assert flash_of(answer, "/register/sent").values == {"email": EMAIL}
    assert len(mails_to(EMAIL)) == 1


@pytest.mark.parametrize("path", ["confirm-again", "reset-password"])
@pytest.mark.parametrize("known", [None, True, False])
def test_asking_for_a_mail_tells_nothing_either(browser, path, known):
    if known is not None:
        make_account(EMAIL, confirmed=known)
    answer = browser.post(f"/auth/{path}", data={"email": EMAIL})
    page = {"confirm-again": "/register/sent", "reset-password": "/reset-password/sent"}[path]
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert set(cookies_in(answer)) == {COOKIE}


def test_a_forgotten_password(browser, ada):
    browser.post("/auth/reset-password", data={"email": EMAIL})
    token, new = link_for(EMAIL), "another good sentence"
    answer = browser.post("/auth/new-password", data={"token": token, "password": new, "confirm_password": "other"})
    assert answer.headers["location"] == "/reset-password/new"
    flash = flash_of(answer, "/reset-password/new")
    assert flash.faults == {"confirm_password": UNEQUAL}
    assert flash.values == {}
    answer = browser.post("/auth/new-password", data={"token": token, "password": new, "confirm_password": new})
    assert (answer.headers["location"], flash_of(answer, "/login").sentence) == ("/login", CHANGED)
    assert session_of(answer) == ""
    assert session_of(browser.post("/auth/login", data=SIGN_IN | {"password": new}))


@pytest.mark.parametrize("path", ["confirm", "new-password"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT"])
def test_programs_that_open_links_use_nothing_up(browser, path, method):
    browser.post("/auth/register", data=FORM)
    assert browser.request(method, f"/auth/{path}", params={"token": link_for(EMAIL)}).status_code == 405
    assert session_of(browser.post("/auth/confirm", data={"token": link_for(EMAIL)}))


@pytest.mark.parametrize("path", ["confirm", "new-password"])
def test_a_link_that_is_no_good_says_what_to_do(browser, path):
    form = {"token": "x"} | ({"password": PASSWORD, "confirm_password": PASSWORD} if path == "new-password" else {})
    answer = browser.post(f"/auth/{path}", data=form)
    assert answer.headers["location"] == FORMS[path]
    flash = flash_of(answer, FORMS[path])
    assert "Ask for a new one" in flash.sentence
    assert "x" not in flash.values.values()


def test_who_must_confirm_is_told_what_everybody_is_told(browser):
    make_account(EMAIL, confirmed=False)
    flash = flash_of(browser.post("/auth/login", data=SIGN_IN), "/login")
    assert (flash.sentence, flash.faults) == (by_password.WRONG, {})


def test_in_another_browser_the_password_is_chosen_anew(browser):
    browser.post("/auth/register", data=FORM)
    mailbox = Browser()
    answer = mailbox.post("/auth/confirm", data={"token": link_for(EMAIL)})
    page, _, secret = answer.headers["location"].partition("#")
    assert (page, session_of(answer)) == ("/reset-password/new", "")
    assert flash_of(answer, page).sentence == CHOOSE_ANEW
    assert secret not in str(cookies_in(answer))
    assert session_of(browser.post("/auth/login", data=SIGN_IN)) == ""
    mailbox.post("/auth/new-password", data={"token": secret, "password": PASSWORD, "confirm_password": PASSWORD})
    assert session_of(mailbox.post("/auth/login", data=SIGN_IN))


def test_a_second_factor_leads_to_the_second_step(browser, ada):
    with writing() as session:
        session.add(TotpSecret(owner_id=ada.owner_id, secret="sealed", confirmed_at=utcnow()))
    answer = browser.post("/auth/login", data=SIGN_IN | {"remember": "on", "next": "/upload"})
    assert (answer.headers["location"], session_of(answer)) == ("/login/second-step", "")
    known = ticket.read(answer.cookies[ticket.TICKET_COOKIE])
    assert (known.owner_id, known.remember, known.next) == (ada.owner_id, True, "/upload")


@pytest.mark.parametrize(("box", "role", "remembered"), [("on", Role.USER, True), ("", Role.USER, False), ("on", Role.ADMIN, False)])
def test_remembered_or_until_the_browser_is_closed(browser, box, role, remembered):
    make_account(EMAIL, role=role)
    cookies = cookies_in(browser.post("/auth/login", data=SIGN_IN | {"remember": box}))
    assert ("Max-Age" in cookies[SESSION_COOKIE]) == remembered
    assert "Max-Age=31536000" in cookies[DEVICE_COOKIE]


def test_the_browser_is_recognised_next_time(browser, ada):
    first = browser.post("/auth/login", data=SIGN_IN).cookies[DEVICE_COOKIE]
    assert browser.post("/auth/login", data=SIGN_IN).cookies[DEVICE_COOKIE] == first
    assert mails_to(EMAIL) == []
    browser.cookies.clear()
    browser.post("/auth/login", data=SIGN_IN)
    assert len(mails_to(EMAIL)) == 1


def test_the_cookie_is_out_of_reach_of_scripts(browser, ada):
    for header in cookies_in(browser.post("/auth/login", data=SIGN_IN)).values():
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in header.split(";")}
        assert "Secure" not in header


def test_the_cookie_travels_over_tls_only_where_there_is_tls(site, monkeypatch):
    monkeypatch.setenv("SCIFLASK_PUBLIC_URL", "https://lab.example.org")
    settings.cache_clear()
    assert set_session("x").endswith("; Secure")
    settings.cache_clear()


def test_over_tls_no_neighbour_can_plant_a_cookie(browser, ada, configure):
    """A host under the same domain can set cookies for all of it; browsers keep those with this prefix to the one that set them."""
    configure(public_url="https://lab.example.org")
    ours = {"origin": "https://lab.example.org"}
    answer = browser.post("/auth/login", data=SIGN_IN, headers=ours)
    set_by_us = answer.headers.get_list("set-cookie")
    assert all(each.startswith("__Host-") and "; Secure" in each and "Path=/;" in each and "Domain" not in each for each in set_by_us)
    token = next(each for each in set_by_us if SESSION_COOKIE in each).partition("=")[2].partition(";")[0]
    assert session_token(f"__Host-{SESSION_COOKIE}={token}") == token
    assert session_token(f"{SESSION_COOKIE}={token}") == ""


def test_a_new_sign_in_ends_the_one_before(browser, ada):
    first = session_of(browser.post("/auth/login", data=SIGN_IN))
    second = session_of(browser.post("/auth/login", data=SIGN_IN))
    assert not sessions.principal_of_token(first).is_somebody
    assert sessions.principal_of_token(second).is_somebody


def test_a_given_session_is_not_taken_over(browser, ada):
    """Session fixation: a token that somebody planted never becomes the user's."""
    planted = new_guest_token()
    browser.cookies.set(SESSION_COOKIE, planted)
    assert session_of(browser.post("/auth/login", data=SIGN_IN)) != planted
    assert not sessions.principal_of_token(planted).is_somebody


def test_a_guests_work_goes_along(browser):
    cookie = new_guest_token()
    study = make_study(sessions.ensure_guest(cookie, ip="192.0.2.1").owner_id)
    browser.cookies.set(SESSION_COOKIE, cookie)
    browser.post("/auth/register", data=FORM)
    token = session_of(browser.post("/auth/confirm", data={"token": link_for(EMAIL)}))
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


def test_a_wrong_password_is_told_without_telling_more(browser, ada):
    seen = set()
    for email in (EMAIL, "nobody@example.org", "x" * 5_000, ""):
        answer = browser.post("/auth/login", data={"email": email, "password": "wrong wrong wrong"})
        seen.add((answer.status_code, answer.headers["location"], flash_of(answer, "/login").sentence))
    assert seen == {(303, "/login", by_password.WRONG)}


def test_too_many_tries_are_told_to_wait(browser):
    for _ in range(10):
        limits.record(limits.SIGN_IN_ADDRESS, EMAIL)
    answer = browser.post("/auth/login", data=SIGN_IN | {"next": "/upload"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 600
    assert answer.headers["refresh"] == "0; url=/login?next=/upload"
    flash = flash_of(answer, "/login")
    assert "wait" in flash.sentence
    assert flash.values["email"] == EMAIL


@pytest.mark.parametrize("field", sorted(FORM))
def test_what_no_database_takes_is_refused_in_every_field(browser, field):
    answer = browser.post("/auth/register", data=FORM | {field: "a\0b"})
    assert "could not be read" in flash_of(answer, "/register").sentence


@pytest.mark.parametrize("extra", ["role", "enabled", "email_verified", "owner_id", "quota", "confirmed_at"])
def test_fields_that_are_not_ours_are_refused(browser, extra):
    answer = browser.post("/auth/register", data=FORM | {extra: "admin"})
    assert answer.headers["location"] == "/register"
    assert "could not be read" in flash_of(answer, "/register").sentence
    with reading() as session:
        assert session.exec(select(Account)).all() == []


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "\u202eecaL", "x" * 10_000, "http://phish.example", "a\r\nBcc: b"]
)
def test_names_stay_names(browser, name):
    browser.post("/auth/register", data=FORM | {"first_name": name})
    (mail,) = mails_to(EMAIL)
    assert "\n" not in mail.subject
    with reading() as session:
        account, owner = session.exec(select(Account)).one(), session.exec(select(Owner)).one()
    assert len(account.first_name) <= 100
    assert owner.name == f"{account.first_name} L\u00f6velace"
    assert not {"\u202e", "\r", "\n"} & set(owner.name)


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
    for path, page in FORMS.items():
        answer = browser.post(f"/auth/{path}", content=body, headers={"content-type": kind})
        assert (answer.status_code, answer.headers["location"]) == (303, page)
        assert flash_of(answer, page).sentence


def test_too_large_a_form_is_cut_off(browser):
    answer = browser.post("/auth/login", data={"email": "x" * MAX_BYTES, "password": ""})
    assert answer.status_code == 413


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"origin": ""}])
@pytest.mark.parametrize("path", [*FORMS, "logout"])
def test_other_sites_may_not_post(browser, ada, headers, path):
    token = session_of(browser.post("/auth/login", data=SIGN_IN))
    answer = browser.post(f"/auth/{path}", data=FORM, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert sessions.principal_of_token(token).is_somebody
    with reading() as session:
        assert session.exec(select(Mail)).all() == []


def test_get_does_nothing(browser):
    assert browser.request("GET", "/auth/logout").status_code == 405


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil", "https:evil", "javascript:alert(1)"])
def test_next_stays_here(browser, ada, target):
    assert browser.post("/auth/login", data=SIGN_IN | {"next": target}).headers["location"] == "/profile"


def test_a_flash_that_no_browser_would_keep_loses_what_was_typed_and_nothing_else(site):
    header = set_flash(Flash("/register", "No.", {"email": "Wrong."}, {f"field{i}": "\u540d" * 254 for i in range(5)})).split(";")[0]
    assert len(header) < 4_000
    found = read_flash(header, "/register")
    assert (found.sentence, found.faults, found.values) == ("No.", {"email": "Wrong."}, {})


def test_flash_is_ours_and_fresh(site, monkeypatch):
    header = set_flash(Flash("/login", "No.", {"a": "b"}, {"email": "x" * 9_000})).split(";")[0]
    assert len(header) < 4_000
    assert read_flash(header, "/login").sentence == "No."
    assert read_flash(header, "/register").sentence == ""
    name, _, value = header.partition("=")
    for forged in (f"{name}=x{value}", f"{name}={value[:-1]}", f"{name}=", f"{name}=.", f"{name}=\u00e9.\u00e9", ""):
        assert read_flash(forged, "/login").sentence == ""
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 61)
    assert read_flash(header, "/login").sentence == ""
