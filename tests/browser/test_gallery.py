"""The gallery as a visitor without an account walks through it: every lesson does what it says, and shows its own source."""

import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from sciflask_reflex.gallery.lessons import LESSONS

Visitor = Callable[..., BrowserContext]


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """A page of somebody who has never been here."""
    return visitor().new_page()


def lesson(page: Page) -> Locator:
    """Return the lesson itself, without its frame."""
    return page.get_by_role("region", name="The lesson")


def alert(page: Page) -> Locator:
    """Return what the lesson complains about."""
    return lesson(page).get_by_role("alert")


def test_the_gallery_is_found_and_walked_from_the_first_lesson_to_the_last(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Gallery").click()
    expect(page.get_by_role("heading", name="Gallery", level=1)).to_be_visible()
    page.get_by_role("link", name=LESSONS[0].title).click()
    for number, each in enumerate(LESSONS):
        expect(page.get_by_role("heading", level=1)).to_have_text(each.title)
        for path in each.sources:
            source = page.get_by_role("region", name=f"Source of {path.name}")
            assert (source.text_content() or "").strip() == path.read_text().strip()
        expect(page.get_by_role("heading", name="The code, in steps")).to_be_attached()
        following = LESSONS[number + 1].title if number + 1 < len(LESSONS) else ""
        page.get_by_role("link", name=f"Next: {following}" if following else "All lessons").click()
    expect(page).to_have_url(re.compile("/gallery$"))


def test_a_source_can_be_scrolled_by_keyboard_and_the_tutorial_reached(page: Page) -> None:
    page.goto("/gallery/hello")
    source = page.get_by_role("region", name="Source of hello.py")
    source.focus()
    expect(source).to_be_focused()
    page.keyboard.press("PageDown")
    page.get_by_role("link", name="Tutorial").click()
    expect(page.get_by_role("heading", name="Tutorial")).to_be_in_viewport()


def test_hello_to_people_and_to_programs(page: Page) -> None:
    page.goto("/gallery/hello")
    expect(lesson(page)).to_contain_text("Hello, world.")
    lesson(page).get_by_role("link", name="/gallery/hello.txt").click()
    expect(page).to_have_url(re.compile(r"/gallery/hello\.txt$"))
    answer = page.request.get("/gallery/hello.txt")
    assert (answer.text(), answer.headers["content-type"]) == ("Hello, world.\n", "text/plain; charset=utf-8")


def test_a_value_from_the_address(page: Page) -> None:
    page.goto("/gallery/echo/42")
    expect(lesson(page)).to_have_text("You said 42. Twice that is 84.")
    page.goto("/gallery/echo/4.2")
    expect(alert(page)).to_contain_text("“4.2” is not a whole number")
    page.goto("/gallery/echo/%3Cimg%20src=x%3E")
    expect(alert(page)).to_contain_text("“<img src=x>” is not a whole number")
    expect(lesson(page).locator("img")).to_have_count(0)


def test_a_form_in_the_address_can_be_shared(page: Page, visitor: Visitor) -> None:
    page.goto("/gallery/power")
    page.get_by_label("Base").fill("2")
    page.get_by_label("Exponent").fill("10")
    page.get_by_role("button", name="Calculate").click()
    expect(page).to_have_url(re.compile(r"/gallery/power\?base=2&exponent=10$"))
    expect(lesson(page).get_by_role("status")).to_have_text("1024")
    somebody_else = visitor().new_page()
    somebody_else.goto(page.url)
    expect(lesson(somebody_else).get_by_role("status")).to_have_text("1024")
    expect(somebody_else.get_by_label("Exponent")).to_have_value("10")
    somebody_else.goto("/gallery/power?base=2&exponent=200")
    expect(lesson(somebody_else).get_by_role("status")).to_have_text(str(2**200))


def test_a_form_in_the_address_explains_faults(page: Page) -> None:
    page.goto("/gallery/power?base=ten&exponent=2")
    expect(page.get_by_label("Base")).to_have_value("ten")
    expect(page.locator("#base-fault")).to_contain_text("from −1,000 to 1,000")
    expect(page.locator("#exponent-fault")).to_have_count(0)
    page.goto("/gallery/power?base=0&exponent=-1")
    expect(alert(page)).to_contain_text("division by zero")


def picture(page: Page) -> str:
    """Return the address of the lesson's picture, when it has arrived."""
    image = lesson(page).get_by_role("img")
    expect(image).to_be_visible()
    image.evaluate("image => image.decode()")  # rejects what is no picture
    return image.get_attribute("src") or ""


def test_a_plot_for_each_visit(page: Page) -> None:
    page.goto("/gallery/plot")
    first = picture(page)
    assert first.startswith("data:image/svg+xml;base64,")
    page.get_by_role("button", name="Walk again").click()
    expect(lesson(page).get_by_role("img")).not_to_have_attribute("src", first)
    second = picture(page)
    page.reload()
    expect(lesson(page).get_by_role("img")).not_to_have_attribute("src", second)
    assert len({first, second, picture(page)}) == 3


def test_a_heatmap_is_repeated_by_its_seed(page: Page) -> None:
    page.goto("/gallery/heatmap?seed=7")
    assert picture(page) == "/gallery/heatmap.png?seed=7"
    assert page.evaluate("document.querySelector('.lesson img').naturalWidth") == 640
    one, again = (page.request.get("/gallery/heatmap.png?seed=7") for _ in range(2))
    assert one.body() == again.body()
    assert one.headers["cache-control"] == "no-store"
    page.get_by_role("button", name="Another one").click()
    expect(lesson(page).get_by_role("img")).not_to_have_attribute("src", "/gallery/heatmap.png?seed=7")
    chosen = picture(page)
    page.get_by_role("link", name="this one again").click()
    expect(page).to_have_url(re.compile(rf"/gallery/heatmap\?seed={chosen.rpartition('=')[2]}$"))
    assert picture(page) == chosen
    page.goto("/gallery/heatmap")
    page.goto("/gallery/heatmap?seed=-1")
    expect(alert(page)).to_contain_text("The seed is a whole number")
    expect(lesson(page).get_by_role("img")).to_have_count(0)


def test_plots_in_two_and_three_dimensions(page: Page) -> None:
    page.goto("/gallery/plotly/2d")
    expect(lesson(page).locator(".scatterlayer .trace")).to_have_count(3)
    expect(lesson(page).get_by_role("link", name="Two dimensions")).to_have_attribute("aria-current", "page")
    lesson(page).get_by_role("link", name="Three dimensions").click()
    expect(page).to_have_url(re.compile("/gallery/plotly/3d$"))
    expect(lesson(page).locator(".gl-container canvas").first).to_be_visible()
    expect(lesson(page).locator(".scatterlayer")).to_have_count(0)
    page.goto("/gallery/plotly/4d")
    expect(alert(page)).to_have_text("There is no plot called “4d” here. There are two: 2d and 3d.")


def test_smoothing_follows_its_slider(page: Page) -> None:
    page.goto("/gallery/smoothing")
    free = lesson(page).locator(".facts > div").filter(has_text="Degrees of freedom")
    expect(free).to_be_visible()
    before = free.inner_text()
    page.get_by_role("textbox", name=re.compile("^Sigma")).fill("10")
    expect(free).not_to_have_text(before)
    expect(page).to_have_url(re.compile(r"/gallery/smoothing\?.*sigma=10"))


def test_visits_are_counted_in_a_session(page: Page) -> None:
    count = lesson(page).get_by_role("status")
    page.goto("/gallery/visits")
    expect(count).to_contain_text("opened this page 1 time since")
    page.reload()
    expect(count).to_contain_text("opened this page 2 times since")
    page.get_by_role("link", name="Gallery", exact=True).first.click()
    page.get_by_role("link", name="Visits in a session").click()
    expect(count).to_contain_text("opened this page 3 times since")
    other = page.context.new_page()
    other.goto("/gallery/visits")
    expect(lesson(other).get_by_role("status")).to_contain_text("opened this page 1 time since")
    page.get_by_role("button", name="Forget my visits").click()
    expect(count).to_contain_text("Nothing is counted")
    page.reload()
    expect(count).to_contain_text("opened this page 1 time since")


def test_a_form_says_each_fault_at_its_field_and_keeps_what_was_typed(page: Page) -> None:
    page.goto("/gallery/form")
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Samples").fill("99")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#samples-fault")).to_have_text("A whole number from 1 to 20.")
    for name in ("day", "begin", "topics", "agreed"):
        expect(page.locator(f"#{name}-fault")).to_be_visible()
    expect(page.locator("#name-fault")).to_have_count(0)
    expect(page.get_by_label("Samples")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Name")).to_have_value("Ada")
    expect(page.get_by_label("Samples")).to_have_value("99")


def test_a_form_with_every_kind_of_field_is_understood(page: Page, tmp_path: Path) -> None:
    sent: list[bytes] = []

    def keep(frame: str | bytes) -> None:
        sent.append(frame if isinstance(frame, bytes) else frame.encode())

    page.on("websocket", lambda socket: socket.on("framesent", keep))
    file = tmp_path / "two words.csv"
    file.write_bytes(b"a,b\n1,2\n")
    page.goto("/gallery/form")
    form = lesson(page)
    page.get_by_label("Name").fill("Ada Lovelace")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("Level").fill("35")
    expect(form.locator("output")).to_have_text("35")
    page.get_by_label("Day").fill("2026-11-21")
    page.get_by_label("Begin").fill("09:30")
    page.get_by_label("Colour").fill("#aa0044")
    page.get_by_label("Tissue").select_option("liver")
    page.get_by_role("radio", name="medium").check()
    page.get_by_role("checkbox", name="genes").check()
    page.get_by_role("checkbox", name="images").check()
    page.get_by_role("switch", name="Remind me").check()
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_label("File", exact=True).set_input_files(file)
    expect(form.get_by_text(sha256(b"a,b\n1,2\n").hexdigest())).to_be_visible()
    page.get_by_label("Notes").fill("two\nlines")
    page.get_by_label("I have read").check()
    page.get_by_role("button", name="Send").click()
    expect(form.get_by_text("This is what was understood.")).to_be_visible()
    rows = dict(row.inner_text().split("\t", 1) for row in form.get_by_role("row").all())
    assert rows == {
        "Name": "Ada Lovelace", "Notes": rows["Notes"], "Samples": "3", "Level": "35", "Day": "Saturday, 21 November 2026", "Begin": "09:30",
        "Colour": "#aa0044", "E-mail": "ada@example.org", "Size": "medium", "Tissue": "liver", "Topics": "genes, images",
        "I have read what happens to my answers": "Yes", "Remind me": "Yes", "File": "two words.csv, 8 B",
    }  # fmt: skip
    assert rows["Notes"].split() == ["two", "lines"]
    assert b"Ada Lovelace" in b"".join(sent)
    assert b"correct horse" not in b"".join(sent)


def test_a_file_that_is_too_large_is_said_beside_the_control(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "big.bin"
    file.write_bytes(b"x" * 2_000_000)
    page.goto("/gallery/form")
    page.get_by_label("File", exact=True).set_input_files(file)
    expect(page.locator("#file-fault")).to_contain_text("larger than 256 kB")
    small = tmp_path / "small.bin"  # the same path again would be no change to the browser
    small.write_bytes(b"x" * 200_000)
    page.get_by_label("File", exact=True).set_input_files(small)
    expect(lesson(page).get_by_text("200.0 kB")).to_be_visible()
    expect(page.locator("#file-fault")).to_have_count(0)
