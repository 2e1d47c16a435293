"""The life of an account as its person sees it: from the first form to the last, with nobody else's hands in between."""

import re
import time
from collections.abc import Callable

import httpx
from playwright.sync_api import BrowserContext, Page, expect
from pyotp.totp import TOTP

from tests.browser import people
from tests.browser.conftest import Site

Visitor = Callable[..., BrowserContext]
NEW = "seven slow violet instruments"


def test_from_the_first_form_to_the_last(visitor: Visitor, site: Site) -> None:
    """Register, read the mail, confirm, sign in elsewhere, change the password, set up and use the second step, delete the account."""
    page, elsewhere = visitor().new_page(), visitor().new_page()
    email = people.register(page, site)
    people.sign_in(elsewhere, email)
    elsewhere.wait_for_url("**/profile")

    _change_password(page, people.PASSWORD, NEW)
    elsewhere.locator("header").get_by_role("link", name="Account settings").click()
    elsewhere.wait_for_url(re.compile("/login.next=/account"))

    page.goto("/account")
    secret, codes = people.turn_codes_on(page, NEW)
    assert len(set(codes)) == 10
    people.sign_out(page)
    people.sign_in(page, email, NEW)
    people.take_second_step(page, TOTP(secret).at(int(time.time()) + 30))  # the code of the present half minute is used up
    page.wait_for_url("**/profile")

    _delete_account(page, email, NEW)
    people.sign_in(page, email, NEW)
    expect(page.get_by_role("alert").first).to_be_visible()
    people.wait_until(lambda: any("Your account was deleted" in mail for mail in people.mails(site, email)))


def _change_password(page: Page, old: str, new: str) -> None:
    page.goto("/account")
    form = page.locator("#password")
    form.get_by_label("Current password").fill(old)
    form.get_by_label("New password", exact=True).fill(new)
    form.get_by_label("Confirm new password").fill(new)
    form.get_by_role("button", name="Change password").click()
    expect(form.get_by_text("Your password was changed.")).to_be_visible()


def _delete_account(page: Page, email: str, password: str) -> None:
    page.goto("/account")
    form = page.locator("#data")
    people.unfold(form, "Delete my account")
    form.get_by_label("Your email").fill("somebody@else.example")
    form.get_by_label("Current password").fill(password)
    form.get_by_role("button", name="Delete my account").click()
    expect(form.get_by_text("Type your e-mail address to confirm.")).to_be_visible()
    expect(form.get_by_label("Your email")).to_have_value("somebody@else.example")
    form.get_by_label("Your email").fill(email)
    form.get_by_label("Current password").fill(password)
    form.get_by_role("button", name="Delete my account").click()
    page.wait_for_url(re.compile(r":\d+/$"))
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def test_another_name_and_nothing_typed_is_lost(visitor: Visitor, site: Site) -> None:
    page = visitor().new_page()
    people.register(page, site)
    page.goto("/account")
    form = page.locator("#details")
    expect(form.get_by_label("First name")).to_have_value("Ada")
    form.get_by_label("First name").fill("Augusta")
    people.unfold(page.locator("#email"), "Change my address")
    page.locator("#email").get_by_label("New email").fill("half typ")
    form.get_by_label("Last name").fill("")
    form.get_by_role("button", name="Save name").click()
    expect(form.get_by_role("alert").first).to_be_visible()
    expect(form.get_by_label("First name")).to_have_value("Augusta")
    form.get_by_label("Last name").fill("King")
    form.get_by_role("button", name="Save name").click()
    expect(form.get_by_text("Your name was saved.")).to_be_visible()
    expect(form.get_by_label("Last name")).to_have_value("King")
    expect(page.locator("header").get_by_text("Augusta King")).to_be_visible()


def test_another_address_is_confirmed_at_the_new_and_told_to_the_old(visitor: Visitor, site: Site) -> None:
    page = visitor().new_page()
    old = people.register(page, site)
    new = f"new.{old}"
    page.goto("/account")
    form = page.locator("#email")
    people.unfold(form, "Change my address")
    form.get_by_label("New email").fill(new)
    form.get_by_label("Current password").fill("not the password")
    form.get_by_role("button", name="Change address").click()
    expect(form.get_by_label("New email")).to_have_value(new)
    form.get_by_label("Current password").fill(people.PASSWORD)
    form.get_by_role("button", name="Change address").click()
    expect(form.get_by_text(f"We wrote to {new}")).to_be_visible()
    page.goto(people.mailed_link(site, new, "/confirm-email"))
    page.get_by_role("button", name="Confirm the new address").click()
    expect(page.get_by_text(f"Your account has the address {new} now.")).to_be_visible()
    people.wait_until(lambda: any("address" in mail.partition("\n")[0].lower() for mail in people.mails(site, old)[1:]))
    other = visitor().new_page()
    people.sign_in(other, new)
    other.wait_for_url("**/profile")


def test_a_session_is_ended_from_another_browser(visitor: Visitor, site: Site) -> None:
    page, elsewhere = visitor().new_page(), visitor().new_page()
    email = people.register(page, site)
    people.sign_in(elsewhere, email)
    elsewhere.wait_for_url("**/profile")
    page.goto("/account")
    lines = page.get_by_role("list", name="Sessions").get_by_role("listitem")
    expect(lines).to_have_count(2)
    page.get_by_role("button", name=re.compile("^Sign out Chrome")).click()
    expect(lines).to_have_count(1)
    elsewhere.locator("header").get_by_role("link", name="Account settings").click()
    elsewhere.wait_for_url(re.compile("/login.next=/account"))
    activity = page.locator("#activity")
    page.reload()
    expect(activity.get_by_text("Session ended").first).to_be_visible()
    expect(activity.get_by_text("Signed in").first).to_be_visible()
    expect(activity.get_by_text("somebody else")).to_have_count(0)


def test_an_api_token_is_shown_once_works_and_is_revoked(visitor: Visitor, site: Site) -> None:
    page = visitor().new_page()
    people.register(page, site)
    page.goto("/account")
    section = page.locator("#tokens")
    people.unfold(section, "New token")
    section.get_by_label("Token name").fill("nightly script")
    section.get_by_label("Current password").fill(people.PASSWORD)
    section.get_by_role("button", name="Create token").click()
    shown = section.get_by_label("Copy your token now. It is not shown again.")
    expect(shown).to_be_focused()
    token = shown.input_value()
    assert re.fullmatch(r"sfk_[\w-]{30,}", token)

    def answer() -> int:
        return httpx.get(f"{site.url}/api/v1/me", headers={"Authorization": f"Bearer {token}"}, trust_env=False).status_code

    assert answer() == 200
    section.get_by_role("button", name="Done").click()
    expect(section.get_by_role("list", name="API tokens")).to_contain_text("nightly script")
    page.reload()
    expect(section.get_by_role("list", name="API tokens")).to_contain_text("nightly script")
    assert token not in page.content()
    section.get_by_role("button", name="Revoke nightly script").click()
    expect(section.get_by_role("list", name="API tokens")).to_contain_text("Revoked")
    assert answer() == 401


def test_everything_can_be_taken_along(visitor: Visitor, site: Site) -> None:
    page = visitor().new_page()
    people.register(page, site)
    page.goto("/account")
    with page.expect_download() as caught:
        page.get_by_role("link", name="Export everything").click()
    assert caught.value.suggested_filename.endswith(".zip")


def test_register_and_sign_in_by_keyboard_alone(visitor: Visitor, site: Site) -> None:
    page = visitor().new_page()
    page.goto("/register")
    expect(page.get_by_role("button", name="Create account")).to_be_visible()
    email = people.new_address()
    typed = ("Ada", "Lovelace", email, people.PASSWORD, people.PASSWORD)
    page.get_by_label("First name").focus()
    for value in typed:
        page.keyboard.type(value)
        people.tab(page)
    page.keyboard.press("Space")
    expect(page.get_by_label("I accept the terms and conditions")).to_be_checked()
    people.tab_to(page, page.get_by_role("button", name="Create account"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/register/sent")
    page.goto(people.mailed_link(site, email, "/confirm"))
    people.tab_to(page, page.get_by_role("button", name="Confirm my address"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile")
    people.tab_to(page, page.locator("header").get_by_role("button", name="Sign out"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r":\d+/$"))
    people.tab_to(page, page.locator("header").get_by_role("link", name="Sign in"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/login")
    people.tab_to(page, page.get_by_label("Email"))
    page.keyboard.type(email)
    people.tab(page)
    page.keyboard.type(people.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile")
