"""Getting in: form, mail, button; forgotten passwords; and what happens to the tabs that are open meanwhile."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import people
from tests.browser.conftest import Site

Visitor = Callable[..., BrowserContext]
NEW = "six loud green instruments"


def _sent_by(page: Page) -> list[str]:
    """Return a list that fills with whatever the page's sockets send."""
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: frames.append(str(data))))
    return frames


def test_register_read_the_mail_confirm(visitor: Visitor, site: Site) -> None:
    page = visitor().new_page()
    email = people.fill_registration(page)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/register/sent")
    expect(page.get_by_text(email)).to_be_visible()
    people.sign_in(page, email)
    expect(page.get_by_role("alert")).to_contain_text("first open the link")
    expect(page.get_by_role("link", name="No mail to confirm your address?")).to_be_visible()
    page.goto(people.mailed_link(site, email, "/confirm"))
    page.get_by_role("button", name="Confirm my address").click()
    page.wait_for_url("**/profile")
    expect(page.get_by_text("Your address is confirmed")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_the_secret_of_a_link_stays_in_the_browser(visitor: Visitor, site: Site) -> None:
    page = visitor().new_page()
    email = people.fill_registration(page)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/register/sent")
    link = people.mailed_link(site, email, "/confirm")
    secret = link.partition("#")[2]
    opened = visitor().new_page()
    frames, asked = _sent_by(opened), []
    opened.on("request", lambda request: asked.append(f"{request.url} {request.headers}"))
    opened.goto(link)
    field = opened.locator("input[name=token]")
    expect(field).to_have_value(secret)
    expect(opened.get_by_role("link", name="Sign in")).to_be_visible()
    people.wait_until(lambda: any("hydrate" in frame for frame in frames))
    assert opened.url == f"{site.url}/confirm"
    assert not [text for text in [*frames, *asked] if secret in text]
    opened.reload()
    expect(field).to_have_value(secret)


def test_a_page_for_a_link_says_so_without_one(visitor: Visitor) -> None:
    page = visitor().new_page()
    page.goto("/reset-password/new")
    expect(page.get_by_role("alert")).to_contain_text("link in a mail")


def test_an_address_that_is_taken_gets_the_same_answer(visitor: Visitor, site: Site) -> None:
    email = people.register(visitor().new_page(), site)
    page = visitor().new_page()
    people.fill_registration(page)
    page.get_by_label("Email").fill(email)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/register/sent")
    expect(page.get_by_role("heading", name="Read your mail")).to_be_visible()


def test_a_new_password_puts_other_tabs_out(visitor: Visitor, site: Site) -> None:
    elsewhere = visitor().new_page()
    email = people.register(elsewhere, site)
    page = visitor().new_page()
    page.goto("/login")
    page.get_by_role("link", name="Forgot your password?").click()
    page.wait_for_url("**/reset-password")
    page.get_by_label("Email").fill(email)
    page.get_by_role("button", name="Send the link").click()
    page.wait_for_url("**/reset-password/sent")
    page.goto(people.mailed_link(site, email, "/reset-password/new"))
    page.get_by_label("New password").fill("short")
    page.get_by_label("Confirm password").fill("short")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("alert").filter(has_text="characters").last).to_be_visible()
    page.get_by_label("New password").fill(NEW)
    page.get_by_label("Confirm password").fill(NEW)
    page.get_by_role("button", name="Set the password").click()
    page.wait_for_url("**/login")
    expect(page.get_by_text("Your new password is set")).to_be_visible()
    elsewhere.get_by_role("link", name="Help").first.click()
    expect(elsewhere.get_by_role("button", name="Sign out")).to_have_count(0)
    people.sign_in(page, email, NEW)
    page.wait_for_url("**/profile")


def test_a_guest_who_makes_an_account_keeps_the_result(visitor: Visitor, site: Site) -> None:
    page = visitor().new_page()
    page.goto("/try/correlation")
    page.wait_for_url(re.compile("/analyse$"))
    address = people.run_analysis(page)
    people.expect_done(page)
    people.register(page, site)
    expect(page.get_by_role("link", name="Explore", exact=True)).to_be_visible()
    page.goto(address)
    people.expect_done(page)


@pytest.mark.parametrize(("remember", "kept"), [(True, True), (False, False)])
def test_remembered_beyond_the_window(visitor: Visitor, site: Site, remember: bool, kept: bool) -> None:
    email = people.register(visitor().new_page(), site)
    context = visitor()
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(people.PASSWORD)
    page.get_by_label("Remember me").set_checked(remember)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/profile")
    session = next(cookie for cookie in context.cookies() if cookie.get("name") == "sciflask_session")
    assert (session.get("expires", -1) > 0) == kept
