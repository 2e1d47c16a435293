"""A live tool as people use it: the slider by keyboard, the link, the way back, two tabs, and a phone."""

import csv
import io
import re
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import people

PHONE = {"width": 360, "height": 740}
DRAWN = ".live-result .plot .scatterlayer .js-line"
"""The lines of the figure; the legend has some of its own."""


def opened(page: Page, query: str = "") -> Page:
    page.goto(f"/tools/smoothing{query}")
    expect(page.locator(DRAWN).first).to_be_visible(timeout=people.LONG)
    return page


def metric(page: Page, title: str):
    return page.locator("#key-numbers > div").filter(has=page.get_by_text(title, exact=True)).locator(".v")


def line(page: Page) -> str:
    """The drawn smoothed line, as the browser has it."""
    return page.locator(DRAWN).last.get_attribute("d") or ""


def settled(page: Page) -> None:
    expect(page.locator(".live-result[aria-busy=false]")).to_be_visible(timeout=people.LONG)


def test_the_figure_follows_the_slider_by_keyboard(visitor) -> None:
    page = opened(visitor().new_page())
    page.evaluate(
        "() => { window.skeletons = 0; new MutationObserver(() => { if (document.querySelector('.live-result .skeleton')) window.skeletons += 1; }).observe(document.body, { subtree: true, childList: true }); }"
    )
    before, freedom = line(page), metric(page, "Degrees of freedom").inner_text()
    slider = page.get_by_role("slider", name="Sigma")
    slider.focus()
    for _ in range(5):
        slider.press("ArrowRight")
    field = page.get_by_role("textbox", name=re.compile("Sigma"))
    expect(field).to_have_value("2.5")
    expect(metric(page, "Degrees of freedom")).not_to_have_text(freedom)
    expect(page).to_have_url(re.compile(r"sigma=2\.5"))
    expect(page.locator(DRAWN).last).not_to_have_attribute("d", before)
    expect(slider).to_be_focused()
    assert page.evaluate("window.skeletons") == 0


def test_the_slider_follows_the_field_and_a_fault_stands_beside_it(visitor) -> None:
    page = opened(visitor().new_page())
    field, slider = page.get_by_role("textbox", name=re.compile("Sigma")), page.get_by_role("slider", name="Sigma")
    field.fill("7.5")
    expect(slider).to_have_value("7.5")
    expect(page).to_have_url(re.compile(r"sigma=7\.5"))
    settled(page)
    shown = metric(page, "Residual SD").inner_text()
    field.fill("900")
    expect(
        page.get_by_text("Sigma (points) must be", exact=False).or_(page.get_by_text("Sigma must be a number", exact=False)).first
    ).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(metric(page, "Residual SD")).to_have_text(shown)
    field.fill("3")
    expect(page.locator(".live .fault")).to_have_count(0)
    expect(metric(page, "Residual SD")).not_to_have_text(shown)


def test_a_link_opens_the_same_result_for_somebody_else(visitor) -> None:
    context = visitor(permissions=["clipboard-read", "clipboard-write"])
    page = opened(context.new_page())
    page.get_by_role("textbox", name=re.compile("Seed")).fill("42")
    page.get_by_role("textbox", name=re.compile("Noise")).fill("0.8")
    expect(page).to_have_url(re.compile(r"noise=0\.8&seed=42"))
    settled(page)
    shown = metric(page, "Residual SD").inner_text()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    address = page.evaluate("navigator.clipboard.readText()")
    other = visitor().new_page()
    other.goto(address)
    expect(metric(other, "Residual SD")).to_have_text(shown, timeout=people.LONG)
    expect(other.get_by_role("textbox", name=re.compile("Noise"))).to_have_value("0.8")
    other.reload()
    expect(metric(other, "Residual SD")).to_have_text(shown, timeout=people.LONG)
    other.get_by_role("button", name="Reset", exact=True).click()
    expect(other.get_by_role("textbox", name=re.compile("Noise"))).to_have_value("0.3")
    expect(other).to_have_url(re.compile(r"/tools/smoothing/?$"))
    expect(metric(other, "Residual SD")).not_to_have_text(shown)


def test_bad_values_in_a_link_are_explained(visitor) -> None:
    page = opened(visitor().new_page(), "?sigma=lots&points=60&colour=red")
    expect(page.get_by_text("Sigma must be a number, at least 0.1 and at most 20. The default is used instead.")).to_be_visible()
    expect(page.get_by_text("Smoothing has no parameter called 'colour'.", exact=False)).to_be_visible()
    expect(metric(page, "Points")).to_have_text("60")


def test_what_is_shown_can_be_downloaded(visitor) -> None:
    page = opened(visitor().new_page(), "?sigma=4&points=30")
    with page.expect_download() as caught:
        page.get_by_role("link", name="Download all").click()
    with zipfile.ZipFile(Path(caught.value.path())) as archive:
        assert sorted(archive.namelist()) == ["smoothing/manifest.json", "smoothing/plot.json", "smoothing/series.csv"]
        rows = list(csv.DictReader(io.StringIO(archive.read("smoothing/series.csv").decode())))
    assert len(rows) == 30
    assert list(rows[0]) == ["place", "true", "measured", "smoothed"]


def test_two_tabs_go_their_own_ways_under_many_changes(visitor) -> None:
    context = visitor()
    tabs = [opened(context.new_page()), opened(context.new_page())]
    for tab in tabs:
        tab.evaluate(
            """async () => {
              const slider = document.querySelector('input[type=range][data-of=sigma]');
              for (let step = 0; step < 200; step += 1) {
                slider.value = String(1 + (step % 180) / 10);
                slider.dispatchEvent(new Event('input', { bubbles: true }));
                await new Promise((done) => setTimeout(done, 5));
              }
            }"""
        )
    for tab, last in zip(tabs, ("11", "12.5"), strict=True):
        tab.get_by_role("textbox", name=re.compile("Sigma")).fill(last)
    for tab, last in zip(tabs, ("11", "12.5"), strict=True):
        expect(tab).to_have_url(re.compile(f"sigma={re.escape(last)}&"), timeout=people.LONG)
        settled(tab)
    one, other = (metric(tab, "Degrees of freedom").inner_text() for tab in tabs)
    assert one != other
    fresh = opened(context.new_page(), "?sigma=12.5")
    assert metric(fresh, "Degrees of freedom").inner_text() == other


def test_it_fits_a_phone(visitor) -> None:
    page = opened(visitor(viewport=PHONE).new_page())
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    controls, result = page.locator(".live-side").bounding_box(), page.locator(".live-result").bounding_box()
    assert controls
    assert result
    assert controls["y"] + controls["height"] <= result["y"]
    page.get_by_role("slider", name="Sigma").press("End")
    expect(page).to_have_url(re.compile(r"sigma=20&"))


def test_the_list_of_tools_leads_to_it(visitor) -> None:
    page = visitor().new_page()
    page.goto("/tools")
    page.locator("a[href='/tools/smoothing'].btn").click()
    expect(page.locator(DRAWN).first).to_be_visible(timeout=people.LONG)
