"""The second step and passkeys over HTTP: tickets, cookies, limits, and where the person goes."""

import asyncio
from typing import Any

import httpx
import pytest
from pyotp.totp import TOTP
from sqlmodel import select
from starlette.applications import Starlette

from sciflask_reflex.account.factors_http import ROUTES as FACTOR_ROUTES
from sciflask_reflex.db import reading, writing
from sciflask_reflex.entry.http import ROUTES
from sciflask_reflex.entry.second_step_http import ROUTES as SECOND_STEP_ROUTES
from sciflask_reflex.http.flash import COOKIE, read_flash
from sciflask_reflex.identity import service
from sciflask_reflex.identity.cookies import SESSION_COOKIE
from sciflask_reflex.identity.factors import recovery, ticket, totp
from sciflask_reflex.identity.models import Account, SessionDetail
from sciflask_reflex.identity.sessions import ensure_guest, principal_of_token
from sciflask_reflex.models import Study
from tests.accounts import PASSWORD, make_account, make_session
from tests.factories import make_study
from tests.soft_passkey import SoftPasskey

ORIGIN = "http://localhost:3000"
EMAIL = "ada@example.org"
PROOF = {"current_password": PASSWORD}


class Browser:
    """Posts forms from our own page and keeps cookies."""

    def __init__(self) -> None:
        self.cookies = httpx.Cookies()

    def post(self, path: str, data: dict[str, str] | None = None, *, origin: str = ORIGIN) -> httpx.Response:
        async def ask() -> httpx.Response:
            app = Starlette(routes=[*ROUTES, *SECOND_STEP_ROUTES, *FACTOR_ROUTES])
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN, cookies=self.cookies) as client:
                answer = await client.post(path, data=data or {}, headers={"origin": origin})
                self.cookies = client.cookies
                return answer

        return asyncio.run(ask())

    @property
    def who(self) -> str:
        return principal_of_token(self.cookies.get(SESSION_COOKIE, "")).email


@pytest.fixture
def browser(sqlite, keys) -> Browser:
    return Browser()


@pytest.fixture
def ada(browser) -> str:
    return make_account(EMAIL).owner_id


def with_codes(owner_id: str) -> tuple[str, list[str]]:
    """Turn codes on, as if a while ago; returns the secret and recovery codes."""
    setup = totp.begin(owner_id, EMAIL)
    codes = totp.confirm(owner_id, TOTP(setup.secret).now())
    with writing() as session:
        session.get_one(totp.TotpSecret, owner_id).last_step = 0
    return setup.secret, codes


def sign_in(browser: Browser, **more: str) -> httpx.Response:
    return browser.post("/auth/login", {"email": EMAIL, "password": PASSWORD} | more)


def fault_of(answer: httpx.Response) -> str:
    return read_flash(f"{COOKIE}={answer.cookies.get(COOKIE, '')}", "/login/second-step").sentence


def passkey_of(browser: Browser) -> SoftPasskey:
    """Add a passkey, signed in."""
    device = SoftPasskey()
    options = browser.post("/auth/passkeys/new/options", {"name": "laptop"} | PROOF)
    assert options.status_code == 200, options.text
    kept = browser.post("/auth/passkeys/new", {"name": "laptop", "credential": device.create(options.json())})
    assert kept.status_code == 200, kept.text
    return device


def test_the_password_alone_opens_nothing_and_the_code_leads_on(browser, ada):
    secret, _ = with_codes(ada)
    answer = sign_in(browser, next="/tools")
    assert answer.headers["location"] == "/login/second-step"
    assert browser.who == ""
    answer = browser.post("/auth/second-step", {"code": TOTP(secret).now()})
    assert answer.headers["location"] == "/tools"
    assert browser.who == EMAIL
    assert ticket.TICKET_COOKIE not in browser.cookies
    with reading() as session:
        assert session.exec(select(SessionDetail.method)).one() == "password and code"


def test_a_wrong_code_stays_on_the_page_and_is_not_told_back(browser, ada):
    _, codes = with_codes(ada)
    sign_in(browser)
    answer = browser.post("/auth/second-step", {"code": f"{codes[0]}x"})
    assert answer.headers["location"] == "/login/second-step"
    flash = read_flash(f"{COOKIE}={answer.cookies[COOKIE]}", "/login/second-step")
    assert "code" in flash.faults
    assert codes[0] not in str(flash)
    assert browser.who == ""


def test_remember_me_survives_the_second_step(browser, ada):
    _, codes = with_codes(ada)
    sign_in(browser, remember="on")
    browser.post("/auth/second-step", {"code": codes[0]})
    with reading() as session:
        assert session.exec(select(SessionDetail.remembered)).one() is True


def test_a_guests_work_comes_along_over_both_steps(browser, ada):
    from sciflask_reflex.identity.cookies import new_guest_token

    _, codes = with_codes(ada)
    token = new_guest_token()
    study = make_study(ensure_guest(token, ip="192.0.2.1").owner_id)
    browser.cookies.set(SESSION_COOKIE, token, domain="localhost.local", path="/")
    sign_in(browser)
    browser.post("/auth/second-step", {"code": codes[0]})
    with reading() as session:
        assert session.get_one(Study, study.id).owner_id == ada


@pytest.mark.parametrize("cookie", ["", "x", "a.b", "ü", "e30=.00"])
def test_without_a_ticket_no_code_is_looked_at(browser, ada, cookie):
    _, codes = with_codes(ada)
    if cookie.isascii():
        browser.cookies.set(ticket.TICKET_COOKIE, cookie, domain="localhost.local", path="/")
    answer = browser.post("/auth/second-step", {"code": codes[0]})
    assert fault_of(answer) == ticket.OVER
    with reading() as session:
        assert recovery.left(session, ada) == 10


def test_a_new_password_ends_the_ticket(browser, ada):
    _, codes = with_codes(ada)
    sign_in(browser)
    service.set_password(EMAIL, "another long password")
    assert fault_of(browser.post("/auth/second-step", {"code": codes[0]})) == ticket.OVER


def test_a_disabled_account_does_not_pass_the_second_step(browser, ada):
    _, codes = with_codes(ada)
    sign_in(browser)
    service.set_enabled(EMAIL, enabled=False)
    assert "disabled" in fault_of(browser.post("/auth/second-step", {"code": codes[0]}))
    assert browser.who == ""


def test_five_tries_then_a_time_to_wait(browser, ada):
    with_codes(ada)
    sign_in(browser)
    answers = [browser.post("/auth/second-step", {"code": "000"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 303, 429]  # the first code was a try, too
    assert int(answers[-1].headers["retry-after"]) <= 300


@pytest.mark.parametrize(
    "path",
    [
        "/auth/second-step",
        "/auth/passkeys/sign-in",
        "/auth/passkeys/sign-in/options",
        "/auth/passkeys/second-step",
        "/auth/passkeys/second-step/options",
        "/auth/passkeys/new",
        "/auth/passkeys/new/options",
        "/auth/passkeys/remove",
        "/auth/totp/begin",
        "/auth/totp/confirm",
        "/auth/totp/off",
        "/auth/recovery-codes",
    ],
)
def test_no_other_site_may_post(browser, ada, path):
    assert browser.post(path, origin="https://evil.example").status_code == 403
    assert browser.post(path, {"code": "x" * 20_000}).status_code == 413


@pytest.mark.parametrize(
    "path", ["/auth/passkeys/new", "/auth/passkeys/new/options", "/auth/totp/begin", "/auth/totp/confirm", "/auth/recovery-codes"]
)
def test_settings_are_for_people_who_are_signed_in(browser, ada, path):
    assert browser.post(path, PROOF if path not in ("/auth/passkeys/new", "/auth/totp/confirm") else {}).status_code == 401


def signed(browser: Browser) -> None:
    from sciflask_reflex.identity.principal import Principal

    with reading() as session:
        owner_id = session.exec(select(Account.owner_id).where(Account.email == EMAIL)).one()
    browser.cookies.set(SESSION_COOKIE, make_session(Principal(owner_id)), domain="localhost.local", path="/")


@pytest.mark.parametrize("path", ["/auth/passkeys/new/options", "/auth/totp/begin", "/auth/recovery-codes"])
def test_settings_ask_for_the_password(browser, ada, path):
    signed(browser)
    for wrong in ({}, {"current_password": "no"}):
        answer = browser.post(path, wrong | ({"name": "x"} if "passkeys" in path else {}))
        assert answer.status_code == 422
        assert "current_password" in answer.json()["faults"]


def test_codes_are_set_up_and_turned_off_over_http(browser, ada):
    signed(browser)
    begun = browser.post("/auth/totp/begin", PROOF)
    assert begun.headers["cache-control"] == "no-store"
    assert set(begun.json()) == {"secret", "picture"}
    wrong = browser.post("/auth/totp/confirm", {"code": "x"})
    assert (wrong.status_code, list(wrong.json()["faults"])) == (422, ["code"])
    assert len(browser.post("/auth/totp/confirm", {"code": TOTP(begun.json()["secret"]).now()}).json()["codes"]) == 10
    assert len(browser.post("/auth/recovery-codes", PROOF).json()["codes"]) == 10
    assert browser.post("/auth/totp/off", {"current_password": "no"}).headers["location"].startswith("/account")
    assert sign_in(Browser()).headers["location"] == "/login/second-step"
    browser.post("/auth/totp/off", PROOF)
    assert sign_in(Browser()).headers["location"] == "/profile"


def test_a_passkey_signs_in_without_a_password(browser, ada):
    signed(browser)
    device = passkey_of(browser)
    fresh = Browser()
    options = fresh.post("/auth/passkeys/sign-in/options").json()
    answer = fresh.post("/auth/passkeys/sign-in", {"credential": device.get(options), "next": "/tools"})
    assert (answer.status_code, answer.json()) == (200, {"path": "/tools"})
    assert fresh.who == EMAIL


def test_a_passkey_takes_the_second_step(browser, ada):
    signed(browser)
    device = passkey_of(browser)
    fresh = Browser()
    assert sign_in(fresh, next="/tools").headers["location"] == "/login/second-step"
    options = fresh.post("/auth/passkeys/second-step/options").json()
    answer = fresh.post("/auth/passkeys/second-step", {"credential": device.get(options)})
    assert answer.json() == {"path": "/tools"}
    assert fresh.who == EMAIL


def test_a_passkey_of_a_disabled_account_opens_nothing(browser, ada):
    signed(browser)
    device = passkey_of(browser)
    service.set_enabled(EMAIL, enabled=False)
    fresh = Browser()
    options = fresh.post("/auth/passkeys/sign-in/options").json()
    answer = fresh.post("/auth/passkeys/sign-in", {"credential": device.get(options)})
    assert answer.status_code == 409
    assert "disabled" in answer.json()["sentence"]
    assert fresh.who == ""


def test_a_passkey_leads_to_no_other_site(browser, ada):
    signed(browser)
    device = passkey_of(browser)
    fresh = Browser()
    options = fresh.post("/auth/passkeys/sign-in/options").json()
    answer: Any = fresh.post("/auth/passkeys/sign-in", {"credential": device.get(options), "next": "//evil.example"})
    assert answer.json() == {"path": "/profile"}


@pytest.mark.parametrize(
    "sent",
    [
        "", "{}", "[]", '{"id": "\\ud800", "response": {}}', '{"id": "a\\u0000b", "response": {}}', '{"id": "x", "response": []}',
        '{"id": "x", "response": {"userHandle": {"a": 1}}}', "[" * 5_000,
    ],
)  # fmt: skip
def test_what_is_no_signature_is_refused_in_a_sentence(browser, ada, sent):
    """A stranger's nonsense must not become a fault of the site, which would be mailed to those who run it."""
    browser.post("/auth/passkeys/sign-in/options")
    answer = browser.post("/auth/passkeys/sign-in", {"credential": sent})
    assert answer.status_code in (409, 422)
    assert answer.json()["sentence"]
