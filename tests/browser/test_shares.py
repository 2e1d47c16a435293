"""A result behind a private link: for a stranger while it is good, and for a guest who comes back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import people
from tests.browser.conftest import Site

Visitor = Callable[..., BrowserContext]


@pytest.fixture
def result(visitor: Visitor) -> Page:
    """The page of a guest who has the result of the example."""
    page = visitor().new_page()
    page.goto("/try/correlation")
    people.run_analysis(page)
    people.expect_done(page)
    return page


def test_a_stranger_opens_a_link_until_it_is_revoked(result: Page, visitor: Visitor) -> None:
    share = result.get_by_role("button", name="Share")
    share.click()
    result.get_by_role("button", name="Make link").click()
    link = result.get_by_label("Private link")
    expect(link).to_have_value(re.compile(r"/r/[\w-]{20,}$"))
    address = link.input_value()
    assert address.rpartition("/")[2] not in result.content().replace(f'value="{address}"', "")

    stranger = visitor().new_page()
    stranger.goto(address)
    expect(stranger.get_by_role("heading", name="Significant pairs")).to_be_visible()
    expect(stranger.get_by_role("button", name="Run again")).to_have_count(0)
    with stranger.expect_download() as caught:
        stranger.get_by_role("link", name="Download all").click()
    assert caught.value.suggested_filename.endswith(".zip")

    result.get_by_role("button", name="Revoke").click()
    expect(result.get_by_text("There is no link yet.")).to_be_visible()
    result.keyboard.press("Escape")
    expect(share).to_be_focused()
    stranger.reload()
    expect(stranger.get_by_role("heading", name="There is nothing behind this link")).to_be_visible()
    gone = stranger.request.get(f"{address}/bundle.zip")
    assert gone.status == 404


def test_a_guest_has_a_link_mailed_signs_in_and_keeps_the_result(result: Page, visitor: Visitor, site: Site) -> None:
    email = people.register(visitor().new_page(), site)
    address = result.url
    result.get_by_label("Email").fill(email)
    result.get_by_role("button", name="Mail me this link").click()
    expect(result.get_by_role("status").filter(has_text="Mailed.")).to_be_visible()
    people.wait_until(lambda: any(f"{site.url}/r/" in mail for mail in people.mails(site, email)))
    found = next(found for mail in people.mails(site, email) if (found := re.search(rf"{re.escape(site.url)}/r/[\w-]+", mail)))
    elsewhere = visitor().new_page()
    elsewhere.goto(found[0])
    expect(elsewhere.get_by_role("heading", name="Significant pairs")).to_be_visible()

    people.sign_in(result, email)
    result.wait_for_url("**/profile")
    expect(result.get_by_role("link", name="Explore", exact=True)).to_be_visible()
    result.goto(address)
    people.expect_done(result)
    expect(result.get_by_text("You work as a guest")).to_have_count(0)
    elsewhere.reload()
    expect(elsewhere.get_by_role("heading", name="Significant pairs")).to_be_visible()
