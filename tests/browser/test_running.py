"""What the people who run the site do, and what everybody else sees of it at once."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import people
from tests.browser.conftest import Site

Visitor = Callable[..., BrowserContext]


@pytest.fixture
def admin(visitor: Visitor, site: Site) -> Page:
    """The page of somebody who runs the site."""
    page = visitor(viewport={"width": 1440, "height": 900}).new_page()
    people.sign_in(page, people.make_admin(site))
    page.wait_for_url("**/profile")
    return page


@pytest.fixture
def holed_table(tmp_path: Path) -> Path:
    """A table whose every feature has a hole: nothing is left when features with holes are left out."""
    rows = [[f"s{i}", *("" if i == j else f"{(7 * i + 3 * j) % 11 + i / 9:.3f}" for j in range(12))] for i in range(20)]
    path = tmp_path / "holed.csv"
    path.write_text("\n".join(",".join(row) for row in [["id", *(f"f{j}" for j in range(12))], *rows]))
    return path


def test_who_is_kept_out_is_out_at_the_next_event(admin: Page, visitor: Visitor, site: Site) -> None:
    page = visitor().new_page()
    email = people.register(page, site)
    page.goto("/help")
    expect(page.locator("header").get_by_role("button", name="Sign out")).to_be_visible()
    _act_on(admin, email, "Disable")
    expect(admin.get_by_text("This person is signed out everywhere and cannot sign in.")).to_be_visible()
    page.locator("header").get_by_role("link", name="Account settings").click()
    page.wait_for_url(re.compile("/login.next=/account"))
    people.sign_in(page, email)
    expect(page.get_by_role("alert").filter(has_text="disabled")).to_be_visible()


def _act_on(admin: Page, email: str, act: str) -> None:
    """Choose what to do from the menu of somebody's row, and confirm it."""
    admin.goto("/admin/people/list")
    row = admin.get_by_role("row").filter(has_text=email)
    row.locator("[data-bs-toggle=dropdown]").click()
    admin.get_by_text(act, exact=True).locator("visible=true").click()
    admin.get_by_role("dialog").get_by_role("button", name=act).click()


def test_a_role_with_few_studies(admin: Page, visitor: Visitor, site: Site, two_datasets: tuple[Path, Path]) -> None:
    page = visitor().new_page()
    email = people.register(page, site)
    admin.goto("/admin/people/list")
    row = admin.get_by_role("row").filter(has_text=email)
    row.locator("[data-bs-toggle=dropdown]").click()
    row.locator("a[href*='/people/edit']").click()
    admin.get_by_label("Role").select_option("Course")
    admin.get_by_role("button", name="Save", exact=True).click()
    admin.wait_for_url("**/admin/people/list*")
    people.sign_in(page, email)  # another role begins with another session
    page.wait_for_url("**/profile")
    people.save_study(page, "The only one", two_datasets[0])
    page.goto("/profile")
    expect(page.locator("#use").get_by_text("Active: 1 / 1")).to_be_visible()
    page.goto("/upload")
    expect(page.locator("main").get_by_text(re.compile("1 study")).first).to_be_visible()
    expect(page.get_by_role("button", name="Check data")).to_be_disabled()
    page.goto("/profile")
    page.get_by_role("button", name="Delete").first.click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("No study yet.")).to_be_visible()
    page.goto("/upload")
    expect(page.get_by_role("button", name="Check data")).to_be_enabled()


def test_the_queue_changes_by_itself(admin: Page, visitor: Visitor, big_table: Path) -> None:
    admin.goto("/manage/queue")
    expect(admin.get_by_role("heading", name="Running", exact=True)).to_be_visible()
    page = visitor().new_page()
    people.save_study(page, "Seen in the queue", big_table)
    page.get_by_label("Analysis name").fill("A long one")
    page.get_by_label("Number of top-variance features").fill("1500")
    people.run_analysis(page)
    row = admin.get_by_role("table", name="Running").get_by_role("row").filter(has_text="A long one")
    expect(row).to_be_visible(timeout=people.LONG)
    row.get_by_role("button", name="Cancel").click()
    admin.get_by_role("button", name="Cancel it").click()
    expect(row).to_have_count(0, timeout=people.LONG)
    expect(page.get_by_role("status").filter(has_text="Cancelled")).to_be_visible(timeout=people.LONG)


def test_an_admin_looks_as_somebody_and_changes_nothing(admin: Page, visitor: Visitor, site: Site, holed_table: Path) -> None:
    page = visitor().new_page()
    email = people.register(page, site)
    people.save_study(page, "With holes", holed_table)
    page.get_by_label("Missing values").select_option("drop")
    page.get_by_label("Analysis name").fill(f"Fails for {email}")
    people.run_analysis(page)
    expect(page.get_by_role("status").filter(has_text="Failed")).to_be_visible(timeout=people.LONG)

    admin.goto("/manage/failures")
    failure = admin.get_by_role("listitem").filter(has_text=f"Fails for {email}")
    failure.get_by_role("button", name="Look as this person").click()
    banner = admin.get_by_role("status").filter(has_text="You see the site as")
    expect(banner).to_contain_text(email)
    expect(admin.get_by_role("heading", name=f"Fails for {email}")).to_be_visible()
    admin.goto("/profile")
    admin.get_by_role("button", name="Delete").last.click()
    admin.get_by_role("button", name="Delete it").click()
    expect(admin.get_by_role("alert").filter(has_text="look")).to_be_visible()
    admin.reload()
    expect(admin.get_by_role("link", name=f"Fails for {email}")).to_be_visible()
    admin.goto("/account")
    admin.locator("#details").get_by_role("button", name="Save name").click()
    expect(banner).to_be_visible()
    expect(admin.get_by_text("Your name was saved.")).to_have_count(0)
    banner.get_by_role("button", name="Stop").click()
    expect(banner).to_have_count(0)
    expect(admin.locator("header").get_by_role("link", name="Administration")).to_be_visible()

    page.goto("/account")
    expect(page.locator("#activity").get_by_text("An admin began to look at the site as you see it")).to_be_visible()


def test_an_announcement_is_there_at_once_and_goes(admin: Page, visitor: Visitor, site: Site) -> None:
    page = visitor().new_page()
    people.register(page, site)
    page.goto("/help")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    sentence = f"The site rests on Sunday {people.new_address()}"
    admin.goto("/manage/announcements")
    admin.get_by_label("Sentence").fill(sentence)
    admin.get_by_role("button", name="Announce").click()
    shown = page.get_by_role("complementary", name="Announcements").get_by_text(sentence)
    expect(shown).to_be_visible()
    page.get_by_role("complementary", name="Announcements").get_by_role("button", name="Dismiss").first.click()
    expect(shown).to_have_count(0)
    stranger = visitor().new_page()
    stranger.goto("/")
    expect(stranger.get_by_text(sentence)).to_be_visible()
    admin.locator(".note").filter(has_text=sentence).get_by_role("button", name="End").click()
    admin.get_by_role("button", name="End it").click()
    expect(admin.locator(".note").filter(has_text=sentence).get_by_text("Over")).to_be_visible()
    stranger.reload()
    expect(stranger.get_by_role("heading", level=1)).to_be_visible()
    expect(stranger.get_by_text(sentence)).to_have_count(0)


def test_a_person_finds_none_of_it(visitor: Visitor, site: Site) -> None:
    page = visitor().new_page()
    people.register(page, site)
    for address in ("/manage", "/manage/queue"):
        page.goto(address)
        expect(page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()
    expect(page.locator("header").get_by_role("link", name="Administration")).to_have_count(0)
    answer = page.goto("/admin/people/list")
    assert answer is not None
    assert answer.status == 403
