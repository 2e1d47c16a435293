"""Stronger doors in a browser: codes by an app, recovery codes, passkeys, and a provider."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Site
from tests.browser.people import PASSWORD, mails, register, sign_in, sign_out, take_second_step, turn_codes_on, unfold, wait_until
from tests.providers import RealProvider

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_codes_by_an_app_stand_between_the_password_and_the_site(visitor: Callable[..., BrowserContext], site: Site):
    page = visitor().new_page()
    email = register(page, site)
    page.goto("/account")
    _, codes = turn_codes_on(page)
    assert codes[0] not in page.content()
    sign_out(page)

    sign_in(page, email)
    take_second_step(page, "000 000")
    expect(page.get_by_text("This code is not right")).to_be_visible()
    take_second_step(page, codes[0].upper())
    page.wait_for_url("**/profile")
    wait_until(lambda: any("A recovery code was used" in mail for mail in mails(site, email)))
    sign_out(page)
    sign_in(page, email)
    take_second_step(page, codes[0])
    expect(page.get_by_text("This code is not right")).to_be_visible()


@pytest.fixture
def away(chromium: Browser, site: Site) -> Iterator[Callable[[str], Page]]:
    """Open pages that may leave the address of the site: passkeys live at localhost, and a provider has an address of its own."""
    contexts: list[BrowserContext] = []

    def open_at(address: str) -> Page:
        context = chromium.new_context(base_url=address)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_at
    for context in contexts:
        context.close()


def test_a_passkey_signs_in_alone_and_takes_the_second_step(
    away: Callable[[str], Page], visitor: Callable[..., BrowserContext], site: Site
):
    email = register(visitor().new_page(), site)
    page = away(site.url.replace("127.0.0.1", "localhost"))
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    sign_in(page, email)
    page.wait_for_url("**/profile")
    page.goto("/account")
    section = page.locator("#passkeys")
    unfold(section, "New passkey")
    section.get_by_label("Passkey name").fill("my laptop")
    section.get_by_label("Current password").fill(PASSWORD)
    section.get_by_role("button", name="Add a passkey").click()
    expect(section.get_by_role("list", name="Recovery codes").get_by_role("listitem")).to_have_count(10)
    section.get_by_role("button", name="I have kept them").click()
    expect(section.get_by_role("list", name="Passkeys")).to_contain_text("my laptop")
    sign_out(page)

    page.goto("/login?next=/tools")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/tools")
    sign_out(page)

    sign_in(page, email)
    page.wait_for_url("**/login/second-step")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/profile")

    page.goto("/account")
    section.get_by_text("Remove", exact=True).click()
    section.locator("li").get_by_label("Current password").fill(PASSWORD)
    section.get_by_role("button", name="Remove passkey").click()
    expect(section.get_by_text("The passkey was removed.")).to_be_visible()
    sign_out(page)
    sign_in(page, email)
    page.wait_for_url("**/profile")


def test_a_provider_opens_an_account(away: Callable[[str], Page], site: Site, provider: RealProvider):
    person = uuid4().hex[:10]
    email = f"{person}@imperial.ac.uk"
    provider.know(person, email=email, email_verified=True, given_name="Ada", family_name="Lovelace")
    page = away(site.url)
    page.goto("/login?next=/tools")
    page.get_by_role("button", name="Continue with Institute").click()
    page.wait_for_url(f"{provider.issuer}/**")
    page.locator("input[name=sub]").first.fill(person)
    page.locator("form button[type=submit]").first.click()

    page.wait_for_url("**/register/provider")
    expect(page.get_by_label("First name")).to_have_value("Ada")
    expect(page.get_by_text(f"Your address is {email}")).to_be_visible()
    page.get_by_role("button", name="Create account", exact=True).click()
    expect(page.get_by_text("Accept the terms and conditions to make an account.")).to_be_visible()
    page.get_by_label("I accept the terms and conditions").check()
    page.get_by_role("button", name="Create account", exact=True).click()
    page.wait_for_url("**/profile")
    page.goto("/account")
    expect(page.locator("#identities").get_by_role("list", name="Linked identities")).to_contain_text(email)
    sign_out(page)

    page.goto("/login?next=/tools")
    page.get_by_role("button", name="Continue with Institute").click()
    page.wait_for_url(f"{provider.issuer}/**")
    page.locator("input[name=sub]").first.fill(person)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url("**/tools")
