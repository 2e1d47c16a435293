"""Who looks at the pages, each in a browser of their own that is prepared once and used by many tests."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect

from tests.browser import people

if TYPE_CHECKING:
    from tests.browser.conftest import Site

WIDE: ViewportSize = {"width": 1440, "height": 900}


@contextmanager
def stopped_by_policy(page: Page) -> Iterator[list[str]]:
    """Collect what the browser says it did not do because the content security policy forbids it."""
    stopped: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            stopped.append(f"{page.url}: {message.text}")

    page.on("console", hear)
    yield stopped
    page.remove_listener("console", hear)


class Seats:
    """Visitor, guest, member, somebody between the two steps of signing in, and admin: made when first asked for."""

    def __init__(self, chromium: Browser, site: "Site") -> None:
        self._chromium, self._site = chromium, site

    def page_of(self, who: str) -> Page:
        """Return the page of ``visitor``, ``guest``, ``member``, ``halfway`` or ``admin``."""
        return getattr(self, f"_{who}")

    @cached_property
    def places(self) -> dict[str, str]:
        """Return the addresses of what the member has, by the names that the tests use for them."""
        page = self._member
        analysis = page.url
        page.get_by_role("button", name="Share").click()
        page.get_by_role("button", name="Make link").click()
        link = page.get_by_label("Private link")
        expect(link).to_have_value(re.compile("/r/"))
        shared = link.input_value()
        page.keyboard.press("Escape")
        page.goto("/profile")
        study = page.get_by_role("link", name="Analyse").get_attribute("href")
        assert study
        self._admin.goto("/admin/people/list")
        row = self._admin.get_by_role("row").filter(has_text=self._address)
        person = row.locator("a[href*='/people/detail']").first.get_attribute("href")
        assert person
        return {
            "analysis": analysis,
            "study": study,
            "shared": shared,
            "person": person,
            "edit": person.replace("/detail", "/edit"),
        }

    def _new(self) -> Page:
        context = self._chromium.new_context(base_url=self._site.url, viewport=WIDE, reduced_motion="reduce")
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.goto("/help")
        page.get_by_role("button", name="Understood").click()
        return page

    @cached_property
    def _visitor(self) -> Page:
        return self._new()

    @cached_property
    def _guest(self) -> Page:
        page = self._new()
        page.goto("/try/correlation")
        people.run_analysis(page)
        people.expect_done(page)
        return page

    @cached_property
    def _member(self) -> Page:
        page = self._new()
        page.goto("/try/correlation")
        address = people.run_analysis(page)
        people.expect_done(page)
        self._address = people.register(page, self._site)
        page.goto(address)
        people.expect_done(page)
        return page

    @cached_property
    def _halfway(self) -> Page:
        page = self._new()
        email = people.register(page, self._site)
        page.goto("/account")
        people.turn_codes_on(page)
        people.sign_out(page)
        people.sign_in(page, email)
        page.wait_for_url("**/login/second-step")
        return page

    @cached_property
    def _admin(self) -> Page:
        page = self._new()
        people.sign_in(page, people.make_admin(self._site))
        page.wait_for_url("**/profile")
        return page
