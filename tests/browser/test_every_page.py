"""Every page, for everybody who may see it: read by a machine in light and dark, and on a phone."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.seats import WIDE, Seats, stopped_by_policy
from tests.promises import all_promises

PAGES = {
    "visitor": (
        "/", "/login", "/login/second-step", "/register", "/register/sent", "/register/provider", "/register/provider/sent",
        "/register/provider/confirm", "/confirm", "/confirm/again", "/confirm-email", "/reset-password", "/reset-password/sent",
        "/reset-password/new", "/upload", "/profile", "/tools", "/tools/correlation", "/tools/smoothing", "/help", "/about", "/terms", "/privacy", "/nowhere",
        "{shared}", "/r/nothing",
    ),
    "guest": ("/profile", "{own}"),
    "member": ("/profile", "/upload", "/account", "{study}", "{analysis}"),
    "halfway": ("/login/second-step",),
    "admin": (
        "/manage", "/manage/queue", "/manage/failures", "/manage/usage", "/manage/audit", "/manage/announcements", "/manage/quotas",
        "/manage/mail", "/admin/", "/admin/people/list", "/admin/analyses/list", "/admin/audit/list", "/admin/domains/create", "{person}", "{edit}",
    ),
}  # fmt: skip
PAGES = {
    who: (*addresses, *(address for promises in all_promises() for address in promises.browser.get(who, ())))
    for who, addresses in PAGES.items()
}
PHONE: ViewportSize = {"width": 360, "height": 740}
GRAVE = ("serious", "critical")

NAMELESS = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea')].filter(e =>
  !(e.innerText || '').trim() && !e.getAttribute('aria-label') && !(e.labels && e.labels.length) && !e.closest('[aria-hidden=true]')
).map(e => e.outerHTML.slice(0, 120))"""
HEADINGS = "() => [...document.querySelectorAll('main h1, main h2, main h3, main h4')].map(e => Number(e.tagName[1]))"
WIDEST = """() => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > 361)
  .map(e => e.outerHTML.slice(0, 80)).slice(0, 5)"""


@pytest.fixture
def page(request: pytest.FixtureRequest, seats: Seats) -> Iterator[Page]:
    """The page at this address, before this person's eyes, when it has stopped to change; its policy may stop nothing of its own."""
    who, address = request.param
    it = seats.page_of(who)
    places = seats.places if "{" in address and address != "{own}" else {}
    it.set_viewport_size(WIDE)
    it.emulate_media(color_scheme="light")
    with stopped_by_policy(it) as stopped:
        it.goto(_own(it) if address == "{own}" else address.format(**places))
        expect(it.locator("h1").first).to_be_visible()
        expect(it.locator("[aria-busy=true]")).to_have_count(0)
        it.wait_for_load_state("networkidle")
        yield it
    assert not stopped, "\n".join(stopped)


def _own(page: Page) -> str:
    page.goto("/profile")
    return page.get_by_role("link", name="Explore").get_attribute("href") or ""


def _findings(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """Return what a program for accessibility calls serious or worse."""
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = Axe().run(page, options={"resultTypes": ["violations"], **only}).response["violations"]
    grave = [rule for rule in found if rule["impact"] in GRAVE]
    return [f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:400]}" for rule in grave for node in rule["nodes"]]


@pytest.mark.parametrize("page", [(who, address) for who, addresses in PAGES.items() for address in addresses], indirect=True, ids="-".join)
def test_a_page_can_be_read_by_everybody(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true; })")
    faults = _findings(page)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html.dark, html[data-bs-theme=dark]")).to_have_count(1)
    faults += [f"dark, {fault}" for fault in _findings(page, ("color-contrast", "link-in-text-block"))]
    if "/admin" not in page.url:  # the panel is somebody else's work: axe alone judges its names and headings
        faults += page.evaluate(NAMELESS)
        levels = page.evaluate(HEADINGS)
        assert (levels[0], levels.count(1)) == (1, 1), levels
        assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    page.set_viewport_size(PHONE)
    if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
        faults += [f"wider than a phone: {element}" for element in page.evaluate(WIDEST)]
    assert not faults, "\n".join(faults)
