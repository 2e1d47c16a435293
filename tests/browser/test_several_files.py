"""An input that takes several files, by mouse and by keyboard: together, one after another, moved, replaced, removed, checked, saved."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser import people
from tests.every_kind.sciflask_every_kind import DATA

Visitor = Callable[..., BrowserContext]
NAME = "<script>alert(1)<b>.dat"


@pytest.fixture
def curves(tmp_path: Path) -> Callable[..., list[Path]]:
    """Return a function that makes files of curves with these names."""

    def make(*names: str) -> list[Path]:
        for number, name in enumerate(names):
            (tmp_path / name).write_text(f"1 2\n2 3\n3 {number}\n")
        return [tmp_path / name for name in names]

    return make


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """The wizard of a tool with an input that takes several files; all else is filled in."""
    it = visitor().new_page()
    it.goto("/upload?tool=every-kind")
    it.get_by_label("Study name").fill("Some curves")
    for slot, title, name in (("table", "Samples", "samples.csv"), ("curve", "Measured curve", "curve.dat")):
        it.get_by_label(title, exact=True).set_input_files(DATA / name)
        expect(it.locator(f"#slot-{slot} .card")).to_contain_text(name)
    it.get_by_label("I accept the terms and conditions").check()
    return it


def listed(page: Page) -> Locator:
    return page.get_by_role("list", name="Files for Further curves").locator("li b")


def choose(page: Page, *paths: Path) -> None:
    page.get_by_label("Further curves", exact=True).set_input_files(paths)


def check(page: Page) -> None:
    page.get_by_role("button", name="Check data", exact=True).click()


def test_from_several_files_to_a_result(page: Page, curves: Callable[..., list[Path]]) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    choose(page, *curves("b.dat", "a.dat"))
    expect(listed(page)).to_have_text(["b.dat", "a.dat"])
    choose(page, *curves(NAME))
    expect(listed(page)).to_have_text(["b.dat", "a.dat", NAME])
    expect(page.get_by_text(re.compile(r"^3 files, .* in all\. Further curves takes 2 to 20 files\.$"))).to_be_visible()
    page.get_by_role("button", name="Move a.dat up").click()
    expect(listed(page)).to_have_text(["a.dat", "b.dat", NAME])
    check(page)
    expect(page.locator(".file-list .verdict")).to_have_text(["3 points × 2 columns"] * 3, timeout=people.LONG)
    page.get_by_role("button", name="Save study", exact=True).click()
    expect(page.get_by_role("button", name="Run analysis")).to_be_visible(timeout=people.LONG)
    page.get_by_role("button", name="Run analysis").click()
    page.wait_for_url(re.compile("/analyses/"), timeout=people.LONG)
    expect(page.get_by_text(f"['a.dat: 3', 'b.dat: 3', '{NAME}: 3']").first).to_be_visible(timeout=people.LONG)
    assert dialogs == []


def test_a_faulty_file_is_named_in_its_row_and_replaced_there(page: Page, curves: Callable[..., list[Path]], tmp_path: Path) -> None:
    (tmp_path / "bad.dat").write_text("1 2\n2 x\n3 4\n")
    choose(page, *curves("a.dat"), tmp_path / "bad.dat", *curves("c.dat"))
    expect(listed(page)).to_have_count(3)
    check(page)
    expect(page.locator("#report").get_by_text("Further curves, file 2: bad.dat")).to_be_visible(timeout=people.LONG)
    expect(page.locator(".file-list li").nth(1).locator(".is-error")).to_have_text("1 error")
    page.get_by_role("button", name="Replace bad.dat").click()
    expect(page.get_by_text("The next file takes the place of bad.dat.")).to_be_visible()
    choose(page, *curves("good.dat"))
    expect(listed(page)).to_have_text(["a.dat", "good.dat", "c.dat"])
    expect(page.locator("#report")).to_have_count(0)
    page.get_by_role("button", name="Remove c.dat").click()
    expect(listed(page)).to_have_text(["a.dat", "good.dat"])
    page.get_by_role("button", name="Remove good.dat").click()
    check(page)
    expect(page.get_by_text("Further curves takes 2 to 20 files, and there is 1.")).to_be_visible()


def test_files_are_moved_by_the_keyboard_and_the_focus_stays_with_them(page: Page, curves: Callable[..., list[Path]]) -> None:
    choose(page, *curves("a.dat", "b.dat", "c.dat"))
    expect(listed(page)).to_have_count(3)
    page.get_by_role("button", name="Move a.dat down").focus()
    for order in (["b.dat", "a.dat", "c.dat"], ["b.dat", "c.dat", "a.dat"]):
        page.keyboard.press("Enter")
        expect(listed(page)).to_have_text(order)
        expect(page.get_by_role("button", name="Move a.dat down")).to_be_focused()
    assert page.evaluate(people.FOCUS)
    expect(page.get_by_text("a.dat is now file 3 of 3.").first).to_be_attached()


def test_it_fits_a_phone_and_can_be_read_by_machines(page: Page, curves: Callable[..., list[Path]]) -> None:
    choose(page, *curves("a.dat", f"{'long name ' * 9}.dat"))
    expect(listed(page)).to_have_count(2)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        expect(page.locator(f"html.{scheme}")).to_have_count(1)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        grave = [one for one in found if one["impact"] in ("serious", "critical")]
        assert [f"{scheme}, {one['id']}: {node['html'][:80]} {node['failureSummary']}" for one in grave for node in one["nodes"]] == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= 360")
