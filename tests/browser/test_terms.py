"""Cookies and terms: said once, asked once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser import people
from tests.browser.conftest import Site

Visitor = Callable[..., BrowserContext]


@pytest.fixture
def new_terms(site: Site) -> Iterator[Callable[[], None]]:
    """Return what the operator does who puts terms of their own in force; they are out of force again at the end."""
    own = site.data_dir / "site" / "terms.md"

    def put() -> None:
        own.parent.mkdir(exist_ok=True)
        Path(own).write_text("Version: 2099-01-01\n\n## Be kind\n\nTo each other, and to {{site_name}}.\n")

    yield put
    own.unlink(missing_ok=True)


def test_the_line_about_cookies_is_read_once(visitor: Visitor) -> None:
    context = visitor()
    page = context.new_page()
    page.goto("/")
    line = page.get_by_role("complementary", name="Cookies")
    expect(line).to_contain_text("only the cookies that it needs")
    line.get_by_role("button", name="Understood").click()
    expect(line).to_have_count(0)
    page.goto("/help")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(line).to_have_count(0)
    assert {cookie.get("name") for cookie in context.cookies()} <= {"sciflask_session", "sciflask_device", "sciflask_flash"}


def test_terms_must_be_accepted_and_new_ones_are_asked_about_once(visitor: Visitor, site: Site, new_terms: Callable[[], None]) -> None:
    page = visitor().new_page()
    people.fill_registration(page)
    page.get_by_label("I accept the terms and conditions").uncheck()
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("Accept the terms and conditions to make an account.")).to_be_visible()
    people.register(page, site)
    due = page.get_by_role("complementary", name="New terms")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(due).to_have_count(0)
    new_terms()
    page.goto("/terms")
    expect(page.get_by_role("heading", name="Be kind")).to_be_visible()
    expect(due).to_contain_text("2099-01-01")
    due.get_by_role("button", name="I accept").click()
    expect(due).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", name="Be kind")).to_be_visible()
    expect(due).to_have_count(0)
