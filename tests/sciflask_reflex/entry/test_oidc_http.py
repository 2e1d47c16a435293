"""Sign-in by a provider over HTTP, with a real provider: who gets in, who is asked what, and what is never linked by itself."""

import asyncio
import json
import re
from html import unescape

import httpx
import pytest
from pyotp.totp import TOTP
from sqlmodel import func, select
from starlette.applications import Starlette

from sciflask_reflex import links
from sciflask_reflex.account.identities_http import ROUTES as IDENTITY_ROUTES
from sciflask_reflex.db import reading
from sciflask_reflex.entry.http import ROUTES
from sciflask_reflex.entry.oidc_http import IDENTITIES
from sciflask_reflex.entry.oidc_http import ROUTES as OIDC_ROUTES
from sciflask_reflex.entry.second_step_http import ROUTES as SECOND_STEP_ROUTES
from sciflask_reflex.http.flash import COOKIE, Flash, read_flash
from sciflask_reflex.identity import passwords, service
from sciflask_reflex.identity.cookies import SESSION_COOKIE
from sciflask_reflex.identity.factors import totp
from sciflask_reflex.identity.models import Account, LinkedIdentity, LocalUser
from sciflask_reflex.identity.oidc import discovery, linking
from sciflask_reflex.identity.sessions import principal_of_token
from sciflask_reflex.settings import settings
from tests.accounts import PASSWORD, mails_to, make_account, make_session
from tests.providers import CLIENT, SECRET, RealProvider, real_provider

ORIGIN = "http://localhost:3000"
EMAIL = "ada@imperial.ac.uk"
NAMES = {"first_name": "Ada", "last_name": "Lovelace", "terms": "on"}
PROOF = {"current_password": PASSWORD}


@pytest.fixture(scope="module")
def real():
    with real_provider() as provider:
        yield provider


class Browser:
    """Posts forms from our own page, goes where it is sent, and keeps cookies."""

    def __init__(self, provider: RealProvider) -> None:
        self.cookies, self.provider = httpx.Cookies(), provider

    def ask(self, method: str, path: str, **more) -> httpx.Response:
        async def send() -> httpx.Response:
            app = Starlette(routes=[*ROUTES, *SECOND_STEP_ROUTES, *OIDC_ROUTES, *IDENTITY_ROUTES])
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN, cookies=self.cookies) as client:
                answer = await client.request(method, path, **more)
                self.cookies = client.cookies
                return answer

        return asyncio.run(send())

    def post(self, path: str, data: dict[str, str] | None = None, *, origin: str = ORIGIN) -> httpx.Response:
        return self.ask("POST", path, data=data or {}, headers={"origin": origin})

    def away(self, slug: str = "inst", data: dict[str, str] | None = None, *, path: str = "") -> str:
        """Press the button, and return the provider's address."""
        answer = self.post(path or f"/auth/oidc/{slug}", data)
        assert answer.status_code == 200, answer.headers
        return unescape(re.findall(r'href="([^"]+)"', answer.text)[0])

    def back(self, query: dict[str, str], slug: str = "inst") -> httpx.Response:
        return self.ask("GET", f"/auth/oidc/{slug}/callback", params=query)

    def through(self, subject: str, slug: str = "inst", **data: str) -> httpx.Response:
        return self.back(self.provider.agree(self.away(slug, data), subject), slug)

    @property
    def who(self) -> str:
        return principal_of_token(self.cookies.get(SESSION_COOKIE, "")).email

    def signed_in(self, person) -> "Browser":
        self.cookies.set(SESSION_COOKIE, make_session(person), domain="localhost.local", path="/")
        return self


@pytest.fixture
def site(sqlite, keys, real, monkeypatch):
    rows = [
        {"slug": "inst", "title": "Institute", "issuer": real.issuer, "client_id": CLIENT, "client_secret": SECRET, "trust_email": True},
        {"slug": "orcid", "title": "ORCID", "issuer": real.issuer, "client_id": CLIENT, "client_secret": SECRET, "scopes": "openid"},
        {"slug": "loose", "title": "Loose", "issuer": real.issuer, "client_id": CLIENT, "client_secret": SECRET},
    ]
    monkeypatch.setenv("SCIFLASK_OIDC", json.dumps(rows))
    settings.cache_clear()
    discovery.forget()
    real.know("ada", email=EMAIL, email_verified=True, given_name="Ada", family_name="Lovelace")
    real.know("unverified", email=EMAIL, email_verified=False)
    real.know("0000-0002-1825-0097", given_name="Ada", family_name="Lovelace")
    real.know("stranger", email="x@nowhere.com", email_verified=True)
    yield real
    settings.cache_clear()
    discovery.forget()


@pytest.fixture
def browser(site) -> Browser:
    return Browser(site)


def flash(answer: httpx.Response) -> Flash:
    return read_flash(f"{COOKIE}={answer.cookies.get(COOKIE, '')}", answer.headers["location"].partition("?")[0])


def accounts() -> int:
    with reading() as session:
        return session.exec(select(func.count()).select_from(Account)).one()


def joined(browser: Browser) -> None:
    assert browser.through("ada").headers["location"] == "/register/provider"
    assert browser.post("/auth/oidc-join", NAMES).headers["location"] == "/profile"


def test_a_newcomer_with_a_proved_address_has_an_account_at_once(browser):
    answer = browser.through("ada", next="/tools")
    assert answer.headers["location"] == "/register/provider"
    assert accounts() == 0
    answer = browser.post("/auth/oidc-join", NAMES)
    assert answer.headers["location"] == "/profile"
    assert browser.who == EMAIL
    with reading() as session:
        account = session.exec(select(Account)).one()
        assert account.confirmed_at is not None
        assert account.accepted_terms_at is not None
        assert session.exec(select(LocalUser.password_hash)).one() == passwords.NO_PASSWORD
        row = session.exec(select(LinkedIdentity)).one()
    assert (row.provider, row.subject, row.label) == ("inst", "ada", EMAIL)


def test_who_is_known_gets_in_and_goes_on(browser, site):
    joined(browser)
    fresh = Browser(site)
    assert fresh.through("ada", next="/tools").headers["location"] == "/tools"
    assert fresh.who == EMAIL


def test_nobody_signs_in_with_the_password_that_they_do_not_have(browser, site):
    joined(browser)
    for password in ("", "!", "x"):
        assert Browser(site).post("/auth/login", {"email": EMAIL, "password": password}).headers["location"] == "/login"


def test_terms_and_names_are_asked_for(browser):
    browser.through("ada")
    answer = browser.post("/auth/oidc-join", {"first_name": " ", "last_name": "\u202e"})
    assert answer.headers["location"] == "/register/provider"
    assert set(flash(answer).faults) == {"first_name", "last_name", "terms"}
    assert accounts() == 0


def test_the_rule_of_registration_holds_for_providers_too(browser):
    browser.through("stranger")
    answer = browser.post("/auth/oidc-join", NAMES)
    assert "nowhere.com" in flash(answer).faults["email"]
    assert accounts() == 0


def test_closed_is_closed(browser, monkeypatch):
    monkeypatch.setenv("SCIFLASK_REGISTRATION", "closed")
    settings.cache_clear()
    browser.through("ada")
    assert "closed" in flash(browser.post("/auth/oidc-join", NAMES)).sentence
    assert accounts() == 0


def test_a_proved_address_cannot_be_exchanged_for_another(browser):
    browser.through("ada")
    browser.post("/auth/oidc-join", NAMES | {"email": "somebody.else@imperial.ac.uk"})
    assert browser.who == EMAIL


@pytest.mark.parametrize(("slug", "subject"), [("orcid", "0000-0002-1825-0097"), ("inst", "unverified"), ("loose", "ada")])
def test_an_address_that_nobody_proved_is_proved_by_a_mail_before_there_is_an_account(browser, site, slug, subject):
    assert browser.through(subject, slug).headers["location"] == "/register/provider"
    answer = browser.post("/auth/oidc-join", NAMES | {"email": " ADA@Imperial.ac.uk "})
    assert answer.headers["location"] == "/register/provider/sent"
    assert accounts() == 0
    assert browser.who == ""
    mail = mails_to(EMAIL)[0]
    assert mail.link_page == "/register/provider/confirm"
    token = links.token_of(mail.link_id or "")
    elsewhere = Browser(site).post("/auth/oidc-confirm", {"token": token})
    assert "browser where you began" in flash(elsewhere).sentence
    assert "browser where you began" in flash(browser.post("/auth/oidc-confirm", {"token": "x" * 43})).sentence
    assert accounts() == 0
    answer = browser.post("/auth/oidc-confirm", {"token": token})
    assert answer.headers["location"] == "/profile"
    assert browser.who == EMAIL
    fresh = Browser(site)
    assert fresh.through(subject, slug).headers["location"] == "/profile"
    assert fresh.who == EMAIL


def test_the_mailed_link_is_good_once(browser, site):
    browser.through("0000-0002-1825-0097", "orcid")
    browser.post("/auth/oidc-join", NAMES | {"email": EMAIL})
    token = links.token_of(mails_to(EMAIL)[0].link_id or "")
    copy = Browser(site)
    copy.cookies = httpx.Cookies(browser.cookies)
    browser.post("/auth/oidc-confirm", {"token": token})
    assert "good once" in flash(copy.post("/auth/oidc-confirm", {"token": token})).sentence
    assert copy.who == ""


def test_a_typed_address_with_an_account_gets_the_same_answer_and_another_mail(browser):
    make_account(EMAIL)
    browser.through("0000-0002-1825-0097", "orcid")
    answer = browser.post("/auth/oidc-join", NAMES | {"email": EMAIL})
    assert answer.headers["location"] == "/register/provider/sent"
    assert [mail.subject for mail in mails_to(EMAIL)] == ["SciFlask: You have an account already"]
    assert linking.list_for(make_account("b@imperial.ac.uk").owner_id) == []


def test_an_account_is_never_linked_because_the_address_is_the_same(browser):
    ada = make_account(EMAIL)
    answer = browser.through("ada")
    assert answer.headers["location"] == "/login"
    assert f"There is an account with {EMAIL} already" in flash(answer).sentence
    assert browser.who == ""
    assert "account" in flash(browser.post("/auth/oidc-join", NAMES)).sentence
    assert linking.list_for(ada.owner_id) == []


def test_after_sign_in_the_pending_identity_is_linked_with_a_proof(browser, site):
    ada = make_account(EMAIL)
    browser.through("ada")
    browser.post("/auth/login", {"email": EMAIL, "password": PASSWORD})
    answer = browser.post("/auth/oidc-link", {"provider": "pending", "current_password": "wrong"})
    assert answer.headers["location"] == IDENTITIES
    assert linking.list_for(ada.owner_id) == []
    browser.post("/auth/oidc-link", {"provider": "pending"} | PROOF)
    assert [row.subject for row in linking.list_for(ada.owner_id)] == ["ada"]
    fresh = Browser(site)
    fresh.through("ada")
    assert fresh.who == EMAIL


def test_linking_from_the_account_page(browser, site):
    ada = make_account("ada@example.org")
    browser.signed_in(ada)
    there = browser.away(path="/auth/oidc-link", data={"provider": "inst"} | PROOF)
    answer = browser.back(site.agree(there, "ada"))
    assert answer.headers["location"] == IDENTITIES
    assert "opens your account" in flash(answer).sentence
    assert [row.provider for row in linking.list_for(ada.owner_id)] == ["inst"]
    assert any("sign-in with Institute" in mail.body for mail in mails_to("ada@example.org"))


def test_linking_needs_the_password_and_a_session(browser, site):
    assert browser.post("/auth/oidc-link", {"provider": "inst"} | PROOF).headers["location"].startswith("/login")
    browser.signed_in(make_account("ada@example.org"))
    answer = browser.post("/auth/oidc-link", {"provider": "inst", "current_password": "no"})
    assert "current_password" in flash(answer).faults
    assert browser.post("/auth/oidc-link", {"provider": "inst"} | PROOF, origin="https://evil.example").status_code == 403


def test_a_link_that_one_person_began_is_not_finished_by_another(browser, site):
    ada, eve = make_account("ada@example.org"), make_account("eve@example.org")
    browser.signed_in(ada)
    query = site.agree(browser.away(path="/auth/oidc-link", data={"provider": "inst"} | PROOF), "ada")
    browser.signed_in(eve)
    browser.back(query)
    assert linking.list_for(ada.owner_id) == linking.list_for(eve.owner_id) == []


def test_an_identity_opens_one_account_only(browser, site):
    joined(browser)
    other = Browser(site).signed_in(make_account("other@example.org"))
    answer = other.back(site.agree(other.away(path="/auth/oidc-link", data={"provider": "inst"} | PROOF), "ada"))
    assert "opens another account" in flash(answer).sentence


def test_the_last_way_in_cannot_be_taken_off(browser):
    joined(browser)
    with reading() as session:
        row = session.exec(select(LinkedIdentity)).one()
    answer = browser.post("/auth/oidc-unlink", {"identity": row.id})
    assert "only way in" in flash(answer).sentence
    service.set_password(EMAIL, PASSWORD)
    browser.post("/auth/login", {"email": EMAIL, "password": PASSWORD})
    browser.post("/auth/oidc-unlink", {"identity": row.id} | PROOF)
    assert linking.list_for(row.owner_id) == []


def test_nobody_unlinks_anothers_identity(browser, site):
    joined(browser)
    with reading() as session:
        row = session.exec(select(LinkedIdentity)).one()
    other = Browser(site).signed_in(make_account("other@example.org"))
    assert "not yours" in flash(other.post("/auth/oidc-unlink", {"identity": row.id} | PROOF)).sentence
    assert len(linking.list_for(row.owner_id)) == 1


def test_the_second_step_is_asked_for_after_a_provider_too(browser, site):
    joined(browser)
    with reading() as session:
        owner_id = session.exec(select(Account.owner_id)).one()
    setup = totp.begin(owner_id, EMAIL)
    codes = totp.confirm(owner_id, TOTP(setup.secret).now())
    fresh = Browser(site)
    assert fresh.through("ada", next="/tools").headers["location"] == "/login/second-step"
    assert fresh.who == ""
    assert fresh.post("/auth/second-step", {"code": codes[0]}).headers["location"] == "/tools"
    assert fresh.who == EMAIL


def test_a_disabled_account_is_not_opened_by_a_provider(browser, site):
    joined(browser)
    service.set_enabled(EMAIL, enabled=False)
    fresh = Browser(site)
    answer = fresh.through("ada")
    assert answer.headers["location"] == "/login"
    assert "disabled" in flash(answer).sentence
    assert fresh.who == ""


def test_an_account_that_a_stranger_began_with_the_address_becomes_the_persons_own(browser, site):
    from tests.accounts import make_newcomer

    make_newcomer(EMAIL, password="the strangers password")
    joined(browser)
    assert accounts() == 1
    assert Browser(site).post("/auth/login", {"email": EMAIL, "password": "the strangers password"}).headers["location"] == "/login"


def test_the_way_back_is_used_once_and_leaves_no_code_behind(browser, site):
    query = site.agree(browser.away(), "ada")
    before = httpx.Cookies(browser.cookies)
    answer = browser.back(query)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert query["code"] not in str(answer.headers)
    again = Browser(site)
    again.cookies = before
    assert "Begin again" in flash(again.back(query)).sentence


def test_another_site_cannot_begin_and_next_stays_here(browser, site):
    assert browser.post("/auth/oidc/inst", origin="https://evil.example").status_code == 403
    joined(browser)
    fresh = Browser(site)
    assert fresh.through("ada", next="//evil.example").headers["location"] == "/profile"


def test_an_unknown_provider_is_a_sentence(browser):
    answer = browser.post("/auth/oidc/evil")
    assert answer.headers["location"] == "/login"
    assert flash(answer).sentence
    assert browser.back({"state": "x", "code": "y"}, "evil").headers["location"] == "/login"


def test_saying_no_there_is_a_sentence_here(browser, site):
    there = browser.away()
    state = re.findall(r"state=([\w-]+)", there)[0]
    answer = browser.back(site.deny(there) | {"state": state})
    assert "You did not sign in at Institute" in flash(answer).sentence
