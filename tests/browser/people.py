"""What people do on the site, in the words of its controls."""

import re
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect
from pyotp.totp import TOTP

if TYPE_CHECKING:
    from tests.browser.conftest import Site

PASSWORD = "four quiet brown instruments"
LONG = 60_000
FOCUS = "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; }"


def new_address() -> str:
    """Return an address that nobody has used."""
    return f"ada.{uuid4().hex[:10]}@imperial.ac.uk"


def fill_registration(page: Page) -> str:
    """Fill in the form that makes an account, with an address of its own, and return that."""
    email = new_address()
    page.goto("/register")
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Lovelace")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Confirm password").fill(PASSWORD)
    page.get_by_label("I accept the terms and conditions").check()
    return email


def register(page: Page, site: "Site") -> str:
    """Make an account, confirm it by the link in the mail, and return its address; ends on the overview, signed in."""
    email = fill_registration(page)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/register/sent")
    page.goto(mailed_link(site, email, "/confirm"))
    page.get_by_role("button", name="Confirm my address").click()
    page.wait_for_url("**/profile")
    return email


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill in the sign-in form and send it."""
    page.goto("/login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def make_admin(site: "Site") -> str:
    """Make an account with all rights by the command, and return its address."""
    email = f"root.{uuid4().hex[:10]}@imperial.ac.uk"
    site.command("admin", "create", "--email", email, "--password-stdin", stdin=f"{PASSWORD}\n")
    return email


def make_token(site: "Site") -> str:
    """Return an API token of a new account that may do anything, as the command prints it."""
    return site.command("token", "create", "--email", make_admin(site), "--scope", "submit").strip()


def sign_out(page: Page) -> None:
    """Press the button in the header; ends on the front page."""
    page.locator("header").get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(re.compile(r":\d+/$"))


def turn_codes_on(page: Page, password: str = PASSWORD) -> tuple[str, list[str]]:
    """Set codes by an app up on the account page; return the secret and the recovery codes."""
    section = page.locator("#second-step")
    section.get_by_label("Current password").fill(password)
    section.get_by_role("button", name="Set up codes by an app").click()
    expect(section.get_by_role("img", name="QR code for the app")).to_be_visible()
    secret = section.locator("code.key").inner_text().replace(" ", "")
    section.get_by_label("Code", exact=True).fill(TOTP(secret).now())
    section.get_by_role("button", name="Turn on").click()
    codes = section.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(codes).to_have_count(10)
    shown = codes.all_inner_texts()
    section.get_by_role("button", name="I have kept them").click()
    expect(section.get_by_text("Recovery codes left: 10")).to_be_visible()
    return secret, shown


def take_second_step(page: Page, code: str) -> None:
    """Enter a code, of the app or for recovery."""
    page.wait_for_url("**/login/second-step")
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="Continue").click()


def tab(page: Page) -> None:
    """Go to the next control, and make sure that it can be seen where one is."""
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS), page.evaluate("document.activeElement.outerHTML.slice(0, 120)")


def tab_to(page: Page, wanted: Locator, most: int = 40) -> None:
    """Go on from control to control until this one is reached."""
    expect(wanted).to_be_visible()
    for _ in range(most):
        tab(page)
        if wanted.evaluate("e => e === document.activeElement"):
            return
    pytest.fail(f"{wanted} was not reached by Tab.")


def unfold(section: Locator, words: str) -> None:
    """Open a form that is kept out of the way, by the words on its switch."""
    section.locator("summary", has_text=words).click()


def mailed_link(site: "Site", address: str, path: str) -> str:
    """Wait for the newest mail to an address with a link to this page, and return the link."""
    pattern = re.compile(rf"{re.escape(site.url)}{re.escape(path)}#[\w-]+")
    found: list[str] = []

    def arrived() -> bool:
        found[:] = [link for mail in mails(site, address) for link in pattern.findall(mail)]
        return bool(found)

    wait_until(arrived)
    return found[-1]


def mails(site: "Site", address: str) -> list[str]:
    """Return the texts of the mails to an address, the oldest first."""
    messages = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in site.data_dir.glob("mail/*.eml")]
    mine = sorted((message["date"].datetime, text(message)) for message in messages if address in message["to"])
    return [each for _, each in mine]


def text(message: EmailMessage) -> str:
    """Return the plain text of a mail, under its subject."""
    body = message.get_body(("plain",))
    assert body is not None
    return f"{message['subject']}\n\n{body.get_content()}"


def fill_upload(page: Page, name: str, first: Path, second: Path | None = None) -> None:
    """Name a study and choose its files."""
    page.goto("/upload")
    page.get_by_label("Study name").fill(name)
    page.get_by_label("Dataset 1", exact=True).set_input_files(first)
    if second is not None:
        page.get_by_label("More than one dataset").check()
        page.get_by_label("Dataset 2", exact=True).set_input_files(second)
    page.get_by_label("I accept the terms and conditions").check()


def save_study(page: Page, name: str, first: Path, second: Path | None = None) -> None:
    """Upload, check and save; ends on the analysis form."""
    fill_upload(page, name, first, second)
    page.get_by_role("button", name="Check data").click()
    page.get_by_role("button", name="Save study").click(timeout=LONG)
    page.wait_for_url(re.compile(r"/studies/[0-9a-f]{32}/analyse"))


def run_analysis(page: Page) -> str:
    """Run what the form says, and return the address of the analysis."""
    page.get_by_role("button", name="Run analysis").click()
    page.wait_for_url(re.compile(r"/analyses/[0-9a-f]{32}"))
    return page.url


def expect_done(page: Page) -> None:
    """Wait until the page says that the analysis is done, without touching it."""
    expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible(timeout=LONG)


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something that is not on the page."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.1)
