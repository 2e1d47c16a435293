"""What people do on the site, in the words of its controls."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Page, expect

PASSWORD = "four quiet brown instruments"
LONG = 60_000


def register(page: Page) -> str:
    """Make an account and return its address."""
    email = f"ada.{uuid4().hex[:10]}@imperial.ac.uk"
    page.goto("/register")
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Lovelace")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Confirm password").fill(PASSWORD)
    page.get_by_label("I accept the terms and conditions").check()
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/profile")
    return email


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
