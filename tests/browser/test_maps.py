"""A heatmap of a thousand features on the result page: zoomed into, down to single cells, by mouse, keys and finger, by owner and stranger."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.browser import people
from tests.browser.conftest import Site

Visitor = Callable[..., BrowserContext]
FEATURES, SAMPLES = 1_000, 60
STEP = 0.5 / 127 + 0.005
"""A byte holds 127 steps to either side, and two decimals are shown."""


@dataclass
class Shown:
    """A result with a map: the right answers, and a private link to it."""

    r: dict[tuple[str, str], float]
    link: str = ""
    ranges: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def is_true(self, row: str, column: str, value: str) -> bool:
        """Whether the map says of a pair what the list of pairs says."""
        r = self.r.get((row, column))
        if r is None:
            return value == "empty"
        said = re.fullmatch(r"r = (−?)(\d\.\d\d)", value)
        return said is not None and abs(float(said[1].replace("−", "-") + said[2]) - r) <= STEP


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of features in twenty modules, every third feature turned round."""
    random = np.random.default_rng(7)
    modules = random.normal(size=(SAMPLES, 20))
    values = modules[:, np.arange(FEATURES) % 20] * np.where(np.arange(FEATURES) % 3, 1, -1) + random.normal(size=(SAMPLES, FEATURES))
    frame = pd.DataFrame(values, [f"s{number}" for number in range(SAMPLES)], [f"GENE{number}" for number in range(FEATURES)])
    path = tmp_path_factory.mktemp("modules") / "modules.csv"
    frame.to_csv(path, float_format="%.5g", index_label="id")
    return path


@pytest.fixture(scope="module")
def shown(chromium: Browser, site: Site, table: Path) -> Iterator[Shown]:
    """Run the analysis once, look at the map as its owner, and make a link."""
    context = chromium.new_context(base_url=site.url, viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(15_000)
    page = context.new_page()
    found = Shown({})
    page.on("response", lambda answer: _watch(found, answer.url, answer.request.headers.get("range", ""), answer.status))
    page.goto("/upload")
    expect(page.get_by_text("You may make")).to_be_visible(timeout=people.LONG)  # the first page of a site that has just started
    people.save_study(page, "Modules", table)
    page.get_by_label("Number of top-variance features").fill(str(FEATURES))
    people.run_analysis(page)
    people.expect_done(page)
    page.keyboard.press("Escape")  # the tour
    address = re.search(r"/analyses/[0-9a-f]{32}", page.url)
    assert address is not None
    pairs = pd.read_csv(BytesIO(page.request.get(f"/api/v1{address[0]}/files/pairs.csv").body()))
    for one, other, r in zip(pairs.feature_1, pairs.feature_2, pairs.r, strict=True):
        found.r[one, other] = found.r[other, one] = r
    still(page)
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Make link").click()
    link = page.get_by_label("Private link")
    expect(link).to_have_value(re.compile(r"/r/[\w-]{20,}$"))
    found.link = link.input_value()
    yield found
    context.close()


def _watch(found: Shown, url: str, wanted: str, status: int) -> None:
    if url.endswith(".tiles"):
        found.ranges.append(wanted)
        found.answers.append(status)


def the_map(page: Page) -> Locator:
    """Return what takes mouse and keys."""
    return page.get_by_role("application", name=re.compile("^Correlations within"))


def still(page: Page) -> Locator:
    """Wait until everything in sight is drawn."""
    box = the_map(page)
    expect(box).to_have_attribute("aria-busy", "false")
    return box


def readout(page: Page) -> list[str]:
    """Return row, column and value as they are shown."""
    return page.locator(".map-readout dd").all_inner_texts()


def zoom_in_fully(page: Page) -> None:
    """Press + until the map goes no further."""
    the_map(page).focus()
    for _ in range(12):
        page.keyboard.press("+")
    expect(page.get_by_role("button", name="Zoom in")).to_be_disabled()
    still(page)


def test_only_parts_are_fetched_and_the_head_once(shown: Shown) -> None:
    assert shown.answers
    assert set(shown.answers) == {206}
    assert len(shown.ranges) < 20
    assert [wanted for wanted in shown.ranges if wanted.startswith("bytes=0-")] == ["bytes=0-65535"]


def test_a_stranger_with_the_link_zooms_in_and_is_told_the_truth(visitor: Visitor, shown: Shown) -> None:
    page = visitor(viewport={"width": 1440, "height": 1000}).new_page()
    page.goto(shown.link)
    box = still(page)
    box.scroll_into_view_if_needed()
    box.hover(position={"x": 640, "y": 300})
    expect(page.locator(".map-readout dd").first).to_have_text(re.compile(r"^GENE\d+ … GENE\d+ \(2\)$"))
    box.click(position={"x": 640, "y": 300})
    zoom_in_fully(page)
    seen = set()
    for x in range(200, 1100, 90):
        for y in range(60, 460, 80):
            box.hover(position={"x": x, "y": y})
            people.wait_until(lambda: readout(page)[2] not in ("–", "loading …"))
            row, column, value = readout(page)
            assert shown.is_true(row, column, value), (row, column, value, shown.r.get((row, column)))
            seen.add((row, column))
    assert len(seen) > 40
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_role("button", name="Zoom out")).to_be_disabled()


def test_the_wheel_zooms_where_the_mouse_is_once_the_map_is_chosen(visitor: Visitor, shown: Shown) -> None:
    page = visitor(viewport={"width": 1440, "height": 1000}).new_page()
    page.goto(shown.link)
    box = still(page)
    box.scroll_into_view_if_needed()
    box.hover(position={"x": 600, "y": 250})
    before = page.evaluate("() => scrollY")
    page.mouse.wheel(0, 120)
    people.wait_until(lambda: page.evaluate("() => scrollY") > before)
    expect(page.get_by_role("button", name="Zoom out")).to_be_disabled()
    box.scroll_into_view_if_needed()
    box.click(position={"x": 600, "y": 250})
    first = re.findall(r"GENE\d+", " ".join(readout(page)[:2]))
    for _ in range(30):
        page.mouse.wheel(0, -300)
    expect(page.get_by_role("button", name="Zoom in")).to_be_disabled()
    still(page)
    row, column, value = readout(page)
    assert row in first
    assert column in first
    assert shown.is_true(row, column, value)


def test_keys_go_from_cell_to_cell_and_say_what_is_there(visitor: Visitor, shown: Shown) -> None:
    page = visitor(viewport={"width": 1440, "height": 1000}).new_page()
    page.goto(shown.link)
    box = still(page)
    page.get_by_role("button", name="Enlarge").first.focus()
    people.tab_to(page, box)
    for _ in range(10):
        page.keyboard.press("+")
        still(page)
    spoken = page.locator(".map").get_by_role("status")
    values = set()
    for key in ["ArrowRight"] * 6 + ["ArrowDown"] * 6 + ["Shift+ArrowLeft", "Shift+ArrowUp"]:
        page.keyboard.press(key)
        row, column, value = "", "", ""

        def says_another() -> bool:
            nonlocal row, column, value
            row, column, value = readout(page)
            return (row, column) not in values and spoken.inner_text() == f"{row}, {column}: {value}"

        people.wait_until(says_another)
        assert shown.is_true(row, column, value)
        values.add((row, column))
    assert len(values) == 14
    page.keyboard.press("Home")
    expect(page.get_by_role("button", name="Zoom out")).to_be_disabled()
    page.get_by_role("button", name="Enlarge").click()
    large = page.get_by_role("dialog", name=re.compile("^Correlations within"))
    expect(large).to_be_visible()
    page.keyboard.press("Escape")
    expect(large).to_have_count(0)


def test_a_cell_leads_to_the_pairs_of_its_features(visitor: Visitor, shown: Shown) -> None:
    page = visitor(viewport={"width": 1440, "height": 1000}).new_page()
    page.goto(shown.link)
    box = still(page)
    box.click(position={"x": 640, "y": 300})
    zoom_in_fully(page)
    box.click(position={"x": 640, "y": 200})
    buttons = page.get_by_role("button", name=re.compile("^Pairs of GENE"))
    row = readout(page)[0]
    expect(buttons.first).to_have_text(f"Pairs of {row}")
    buttons.first.click()
    expect(page.get_by_role("textbox", name="Feature").or_(page.get_by_role("combobox", name="Feature"))).to_have_value(row)
    mine = len({other for one, other in shown.r if one == row})
    expect(page.get_by_text(re.compile(rf"^{mine:,} of [\d,]+ pairs$"))).to_be_visible()


def test_on_a_phone_one_finger_scrolls_the_page_and_a_tap_asks(visitor: Visitor, shown: Shown) -> None:
    context = visitor(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, color_scheme="dark")
    page = context.new_page()
    page.goto(shown.link)
    box = still(page)
    page.evaluate("() => document.querySelector('.map-box').scrollIntoView({ block: 'center' })")
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360
    where = box.bounding_box()
    assert where is not None
    x, y = where["x"] + 150, where["y"] + where["height"] / 2
    page.touchscreen.tap(x, y)
    expect(page.locator(".map-readout dd").first).to_have_text(re.compile(r"^GENE\d+ … GENE\d+ \(\d\)$"))
    before = page.evaluate("() => scrollY")
    touch = context.new_cdp_session(page)
    for kind, points in [("touchStart", [y]), *(("touchMove", [y - 12 * step]) for step in range(1, 12)), ("touchEnd", [])]:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": each} for each in points]})
    people.wait_until(lambda: page.evaluate("() => scrollY") > before + 40)
    expect(page.get_by_role("button", name="Zoom out")).to_be_disabled()


def test_what_does_not_come_is_said_and_tried_again(visitor: Visitor, shown: Shown) -> None:
    page = visitor().new_page()
    refused: list[str] = []

    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        route.fulfill(status=503)

    page.route("**/*.tiles", refuse)
    page.goto(shown.link)
    expect(page.get_by_text("The map could not be loaded.")).to_be_visible()
    assert refused
    page.unroute("**/*.tiles")
    page.get_by_role("button", name="Try again").click()
    still(page)


def test_parts_that_do_not_come_are_said_and_tried_again(visitor: Visitor, shown: Shown) -> None:
    page = visitor(viewport={"width": 1440, "height": 1000}).new_page()
    page.goto(shown.link)
    box = still(page)
    page.route("**/*.tiles", lambda route: route.abort())
    box.click(position={"x": 640, "y": 300})
    for _ in range(4):
        page.keyboard.press("+")
    alert = page.get_by_role("alert").filter(has_text="Some parts of the map")
    expect(alert).to_be_visible()
    page.unroute("**/*.tiles")
    alert.get_by_role("button", name="Try again").click()
    still(page)
    expect(alert).to_have_count(0)
