"""The pages can be used without a mouse, on a phone, and by those who hear them."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import people

Visitor = Callable[..., BrowserContext]

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def _open(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("main h1").first).to_be_visible()


def test_the_upload_is_reached_by_tab_with_the_focus_in_sight(visitor: Visitor) -> None:
    page = visitor().new_page()
    _open(page, "/upload")
    expect(page.get_by_role("button", name="Check data")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    for _ in range(40):
        people.tab(page)
        if page.evaluate("document.activeElement.id") == "check-data":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("Give the study a name", exact=False)).to_be_visible()


def test_the_drop_zone_opens_by_keyboard(visitor: Visitor) -> None:
    page = visitor().new_page()
    _open(page, "/upload")
    drop_zone = page.locator("#slot-dataset1 .drop")
    with page.expect_file_chooser():  # the browser hands choosers over a moment after it is asked to: nothing but waits in between
        expect(page.get_by_role("button", name="Skip the tour")).to_be_visible()
        expect(page.get_by_text("You may make")).to_be_visible()  # the page has settled
        drop_zone.focus()
        expect(drop_zone).to_be_focused()
        page.keyboard.press("Enter")


def test_escape_leaves_the_tour_at_any_stop(visitor: Visitor) -> None:
    page = visitor().new_page()
    _open(page, "/upload")
    card = page.get_by_role("button", name="Skip the tour")
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.get_by_role("button", name="Take the tour").click()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Your own name for this set of files. Only you see it.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.get_by_label("Study name").fill("Nothing is in the way")


def test_help_opens_by_hover_and_by_tap_and_says_the_bounds(visitor: Visitor) -> None:
    for options, touch in (({}, False), (PHONE, True)):
        page = visitor(**options).new_page()
        page.goto("/try/correlation")
        help_button = page.locator(".field", has=page.get_by_label("Alpha", exact=True)).get_by_role("button", name="Help")
        if touch:
            help_button.tap()
        else:
            help_button.hover()
        expect(page.get_by_role("dialog" if touch else "tooltip").filter(has_text="greater than 0 and at most 0.5")).to_have_count(1)


def test_the_menu_of_a_phone_leads_on(visitor: Visitor) -> None:
    page = visitor(**PHONE).new_page()
    _open(page, "/")
    page.get_by_role("button", name="Menu").tap()
    page.get_by_role("navigation", name="Menu").get_by_role("link", name="Help").tap()
    page.wait_for_url("**/help")


def test_a_dialog_keeps_the_focus_and_gives_it_back(visitor: Visitor) -> None:
    page = visitor().new_page()
    page.goto("/try/correlation")
    page.get_by_role("button", name="Run analysis").click()
    people.expect_done(page)
    delete = page.get_by_role("button", name="Delete", exact=True)
    delete.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("alertdialog", name="Delete this analysis?")
    expect(dialog).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Tab")
        assert dialog.evaluate("e => e.contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(delete).to_be_focused()
