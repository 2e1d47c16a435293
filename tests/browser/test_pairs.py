"""A long list of pairs on the result page: narrowed, turned over and downloaded as it is shown, by its owner and by whoever has a link."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser import people

Visitor = Callable[..., BrowserContext]
FEATURES = 700


@pytest.fixture(scope="module")
def dense_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table in which nearly every pair of features is correlated: more pairs than a CSV file of a result has."""
    random = np.random.default_rng(11)
    values = random.normal(size=(60, 1)) * 2 + random.normal(size=(60, FEATURES))
    frame = pd.DataFrame(
        values, [f"s{number}" for number in range(60)], [f"GENE{number}" for number in range(FEATURES - 1)] + ["TP53, p53"]
    )
    path = tmp_path_factory.mktemp("dense") / "dense.csv"
    frame.to_csv(path, float_format="%.5g", index_label="id")
    return path


def csv_of(page: Page, link: Locator) -> pd.DataFrame:
    """Follow a download link with the visitor's own cookies, and return the table that comes."""
    answer = page.request.get(str(link.get_attribute("href")))
    assert answer.ok, answer.text()
    return pd.read_csv(BytesIO(answer.body()))


def section(page: Page) -> Locator:
    """Return the part of the page with the pairs."""
    return page.locator("section.card", has=page.get_by_role("form", name="Narrow the table"))


def least_r(pairs: Locator) -> Locator:
    """Return the field of the least |r|."""
    return pairs.get_by_role("textbox", name="Least |r|")


def shown_rows(pairs: Locator) -> list[list[str]]:
    """Return the cells of the page of pairs that is shown."""
    return [row.get_by_role("cell").all_inner_texts() for row in pairs.locator("tbody").get_by_role("row").all()]


def names_in(frame: pd.DataFrame) -> list[list[str]]:
    """Return the names in the first two columns."""
    return frame[["feature_1", "feature_2"]].to_numpy().tolist()


def test_many_pairs_are_narrowed_turned_over_and_downloaded_as_shown(visitor: Visitor, dense_table: Path) -> None:
    page = visitor().new_page()
    people.save_study(page, "Dense", dense_table)
    page.get_by_label("Number of top-variance features").fill(str(FEATURES))
    people.run_analysis(page)
    people.expect_done(page)
    pairs = section(page)
    csv = pairs.get_by_role("link", name=re.compile("^CSV:"))
    everything = csv_of(page, csv)
    assert len(everything) > 200_000
    expect(pairs.get_by_text(f"{len(everything):,} pairs", exact=True)).to_be_visible()
    expect(csv).to_have_text(re.compile(rf"^CSV: {len(everything):,} rows, about \d+ MB$"))
    expect(page.get_by_role("row", name="pairs.csv").get_by_text("made when downloaded")).to_be_visible()

    least_r(pairs).fill("0.85")
    left = everything[everything.r.abs() >= 0.85]
    expect(pairs.get_by_text(f"{len(left):,} of {len(everything):,} pairs")).to_be_visible()
    assert pairs.get_by_role("slider", name="Least |r|").input_value() == "0.85"
    number = pairs.get_by_label(re.compile("^Page, of"))
    number.fill("7")
    number.press("Enter")
    seventh = left.iloc[6 * 15 : 7 * 15]
    expect(pairs.locator("tbody tr").first).to_contain_text(seventh.feature_1.iloc[0])
    expect(pairs.get_by_role("button", name="Next page")).to_be_enabled()
    people.wait_until(lambda: [row[:2] for row in shown_rows(pairs)] == names_in(seventh))

    feature = pairs.get_by_label("Feature", exact=True)
    feature.press_sequentially("p5")
    option = pairs.locator("datalist option")
    expect(option).to_have_count(1)
    expect(option).to_have_attribute("value", "TP53, p53")
    feature.fill("TP53, p53")  # as choosing it does
    mine = left[(left.feature_1 == "TP53, p53") | (left.feature_2 == "TP53, p53")]
    expect(pairs.get_by_text(f"{len(mine):,} of {len(everything):,} pairs")).to_be_visible()
    with page.expect_download() as caught:
        csv.click()
    assert caught.value.suggested_filename == "pairs.csv"
    pd.testing.assert_frame_equal(pd.read_csv(caught.value.path()), mine.reset_index(drop=True), check_exact=True)
    assert parse_qs(urlsplit(caught.value.url).query) == {"least_r": ["0.85"], "feature": ["TP53, p53"]}


@pytest.fixture
def result(visitor: Visitor) -> Page:
    """The page of a guest who has the result of the example."""
    page = visitor().new_page()
    page.goto("/try/correlation")
    people.run_analysis(page)
    people.expect_done(page)
    page.keyboard.press("Escape")  # the tour
    return page


def test_a_name_that_is_none_is_said_and_what_leaves_nothing_is_cleared(result: Page) -> None:
    pairs = section(result)
    whole = pairs.locator("[aria-live=polite]").inner_text()
    feature = pairs.get_by_label("Feature", exact=True)
    feature.fill("ENO")
    expect(pairs.get_by_role("alert")).to_have_count(0)  # somebody may go on typing
    feature.blur()
    expect(pairs.get_by_role("alert")).to_contain_text("there is no 'ENO'")
    expect(feature).to_have_attribute("aria-invalid", "true")
    assert pairs.locator("[aria-live=polite]").inner_text() == whole
    feature.fill("ALDOA")  # at once, before it can have been offered
    expect(pairs.get_by_role("alert")).to_have_count(0)
    expect(pairs.locator("[aria-live=polite]")).to_have_text(re.compile(rf"^\d+ of {whole}$"))
    people.wait_until(lambda: all("ALDOA" in row[:2] for row in shown_rows(pairs)))

    least_r(pairs).fill("1")
    expect(pairs.get_by_text("No pair is left.")).to_be_visible()
    expect(pairs.get_by_role("link", name=re.compile("^CSV"))).to_have_count(0)
    clear = pairs.get_by_role("button", name="Clear")
    clear.click()
    expect(pairs.locator("[aria-live=polite]")).to_have_text(whole)
    expect(clear).to_be_focused()
    assert (feature.input_value(), least_r(pairs).input_value()) == ("", "")


def test_the_keyboard_is_enough(result: Page) -> None:
    pairs = section(result)
    slider = pairs.get_by_role("slider", name="Least |r|")
    slider.focus()
    for _ in range(5):
        result.keyboard.press("PageUp")
    expect(pairs.locator("[aria-live=polite]")).to_have_text(re.compile(r"^\d+ of \d+ pairs$"))
    assert float(least_r(pairs).input_value()) == float(slider.input_value()) > 0.3
    people.tab_to(result, pairs.get_by_label("Strongest", exact=True))
    result.keyboard.type("3")
    result.keyboard.press("Enter")
    expect(pairs.locator("tbody tr")).to_have_count(3)
    people.tab_to(result, pairs.get_by_role("button", name="Clear"))
    result.keyboard.press("Enter")
    people.tab_to(result, pairs.get_by_label(re.compile("^Page, of")))
    result.keyboard.type("2")
    result.keyboard.press("Enter")
    expect(pairs.get_by_role("button", name="Previous page")).to_be_enabled()
    result.reload()
    expect(pairs.get_by_label(re.compile("^Page, of"))).to_have_value("2")  # after a reload one is where one was


def test_whoever_has_a_link_narrows_and_downloads_the_same(result: Page, visitor: Visitor) -> None:
    result.get_by_role("button", name="Share").click()
    result.get_by_role("button", name="Make link").click()
    address = result.get_by_label("Private link")
    expect(address).to_have_value(re.compile("/r/"))
    stranger = visitor(viewport={"width": 360, "height": 740}).new_page()
    stranger.goto(address.input_value())
    pairs = section(stranger)
    pairs.get_by_label("Strongest", exact=True).fill("4")
    expect(pairs.get_by_text(re.compile("^4 of "))).to_be_visible()
    frame = csv_of(stranger, pairs.get_by_role("link", name=re.compile("^CSV: 4 rows")))
    assert names_in(frame) == [row[:2] for row in shown_rows(pairs)]
    assert stranger.evaluate("document.documentElement.scrollWidth") == 360
