"""What people come for, done as they do it."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import people

KNOWN_P = 1.8632102607e-13
KNOWN_R = 0.7219574433


def test_a_guest_explores_an_example_in_three_clicks(visitor) -> None:
    page: Page = visitor().new_page()
    page.goto("/")
    page.get_by_role("link", name="Try it with example data").click()
    page.get_by_role("button", name="Run analysis").click(timeout=people.LONG)
    people.expect_done(page)
    expect(page.get_by_role("heading", name="Significant pairs")).to_be_visible()
    plot = page.locator(".plot .heatmaplayer, .plot .plot-container").first
    expect(plot).to_be_visible(timeout=people.LONG)


TWO_FILES = """() => {
    const dropped = new DataTransfer();
    for (const name of ["one.csv", "two.csv"]) dropped.items.add(new File([new Uint8Array(1_000_000)], name));
    return dropped;
}"""


def test_files_that_the_browser_holds_back_are_said_and_do_not_travel(visitor, two_datasets) -> None:
    page: Page = visitor().new_page()
    sent: list[int] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(len(frame))))
    page.goto("/upload")
    expect(page.get_by_text("You may make")).to_be_visible()
    page.locator(".drop").first.dispatch_event("drop", {"dataTransfer": page.evaluate_handle(TWO_FILES)})
    expect(page.get_by_text("Choose one file of at most")).to_be_visible()
    assert 0 < max(sent) < 100_000
    page.get_by_label("Dataset 1", exact=True).set_input_files(two_datasets[0])
    expect(page.get_by_role("status").filter(has_text=Path(two_datasets[0]).name)).to_be_visible()


def test_two_datasets_give_the_known_answer_in_two_tabs_and_in_the_zip(visitor, site, two_datasets) -> None:
    context = visitor()
    page = context.new_page()
    people.register(page, site)
    people.save_study(page, "Two datasets", *two_datasets)
    other = context.new_page()
    other.goto("/profile")
    expect(other.get_by_role("heading", name="Analyses")).to_be_visible()
    page.get_by_label("Number of top-variance features").fill("10")
    people.run_analysis(page)
    people.expect_done(page)
    expect(other.get_by_role("link", name="Explore", exact=True)).to_be_visible()
    for title, value in (("Tests", "190"), ("Significant pairs", "11")):
        number = page.locator("#key-numbers > div").filter(has=page.get_by_text(title, exact=True))
        expect(number).to_contain_text(value)
    with page.expect_download() as caught:
        page.get_by_role("button", name="Download all").click()
    _assert_known_answer(Path(caught.value.path()))


def _assert_known_answer(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        pairs = next(name for name in names if name.endswith("pairs.csv"))
        rows = list(csv.DictReader(io.StringIO(archive.read(pairs).decode())))
        assert {Path(name).name for name in names} >= {"test_dataset1.csv", "test_dataset2.csv", "manifest.json"}
        manifest = json.loads(archive.read(next(name for name in names if name.endswith("manifest.json"))))
    assert len(rows) == 11
    strongest = rows[0]
    assert {strongest["feature_1"], strongest["feature_2"]} == {"feat2_5", "feat2_22"}
    assert float(strongest["r"]) == pytest.approx(KNOWN_R, abs=1e-10)
    assert float(strongest["p_corrected"]) == pytest.approx(KNOWN_P, rel=1e-9)
    metrics = {name: item["value"] for name, item in manifest["metrics"].items()}
    assert (metrics["tests"], metrics["significant"]) == (190, 11)
    assert (metrics["significant_within_1"], metrics["significant_within_2"], metrics["significant_between"]) == (5, 6, 0)


def test_a_closed_tab_loses_nothing(visitor, big_table) -> None:
    context = visitor()
    page = context.new_page()
    people.save_study(page, "Left alone", big_table)
    page.get_by_label("Number of top-variance features").fill("1500")
    address = people.run_analysis(page)
    page.close()
    again = context.new_page()
    again.goto(address)
    people.expect_done(again)


def test_cancel_from_another_tab(visitor, big_table) -> None:
    context = visitor()
    page = context.new_page()
    people.save_study(page, "To be cancelled", big_table)
    page.get_by_label("Number of top-variance features").fill("1500")
    people.run_analysis(page)
    other = context.new_page()
    other.goto("/profile")
    other.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("status").filter(has_text="Cancelled")).to_be_visible(timeout=people.LONG)


def test_a_broken_file_is_explained_and_not_saved(visitor, tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    rows = [",".join([f"s{i}", *("x" if (i, j) == (3, 2) else f"{i + j / 7:.3f}" for j in range(12))]) for i in range(20)]
    broken.write_text("\n".join([",".join(["id", *(f"f{j}" for j in range(12))]), *rows, "s7," + ",".join("1" * 12), "s99,1,2"]))
    page = visitor().new_page()
    people.fill_upload(page, "Broken", broken)
    page.get_by_role("button", name="Check data").click()
    expect(page.get_by_text(re.compile("Not ready"))).to_be_visible(timeout=people.LONG)
    report = page.locator("#report")
    expect(report).to_contain_text("f2")
    expect(report).to_contain_text("Line 5, column 'f2': 'x' is no number")
    expect(report).to_contain_text("Line 23 has 3 cells")
    expect(page.get_by_role("button", name="Save study")).to_have_count(0)


def test_a_completion_is_announced_on_any_page(visitor) -> None:
    context = visitor()
    page = context.new_page()
    page.goto("/try/correlation")
    page.wait_for_url(re.compile("/analyse"))
    elsewhere = context.new_page()
    elsewhere.goto("/help")
    expect(elsewhere.get_by_role("link", name="My work")).to_be_visible()
    people.run_analysis(page)
    expect(elsewhere.get_by_role("link", name="See the result")).to_be_visible(timeout=people.LONG)


def test_signing_out_and_in_again(visitor, site) -> None:
    page = visitor().new_page()
    email = people.register(page, site)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")
    page.goto("/login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label("Email")).to_have_value(email)
    page.get_by_label("Password").fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/profile")


def test_somebody_elses_analysis_is_not_there(visitor) -> None:
    page = visitor().new_page()
    page.goto("/try/correlation")
    page.wait_for_url(re.compile("/analyse"))
    address = people.run_analysis(page)
    stranger = visitor().new_page()
    stranger.goto(address)
    expect(stranger.get_by_role("heading", name=re.compile("does not exist"))).to_be_visible()


def test_the_tour_walks_and_can_be_taken_again(visitor) -> None:
    page = visitor().new_page()
    page.goto("/upload")
    expect(page.get_by_text("Bring your data", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Study name")).to_be_visible()
    expect(page.get_by_text("Bring your data", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Take the tour").click()
    expect(page.get_by_text("Bring your data", exact=True)).to_be_visible()


def test_an_unknown_address_says_so(visitor) -> None:
    page = visitor().new_page()
    answer = page.goto("/nowhere/at/all")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()


def test_a_killed_web_process_is_replaced_and_every_page_is_right_again(visitor, site) -> None:
    context = visitor()
    page = context.new_page()
    page.goto("/try/correlation")
    page.wait_for_url(re.compile("/analyse"))
    other = context.new_page()
    other.goto("/profile")
    expect(other.get_by_role("heading", name="Studies")).to_be_visible()
    people.run_analysis(page)
    site.kill_web()
    people.expect_done(page)
    expect(other.get_by_role("link", name="Explore", exact=True).first).to_be_visible(timeout=people.LONG)


def test_a_cancelled_upload_leaves_nothing_behind(visitor, site, big_table: Path) -> None:
    context = visitor()
    page = context.new_page()
    page.goto("/upload")
    expect(page.get_by_label("Study name")).to_be_visible()
    before = set(site.data_dir.glob("incoming/*"))
    network = context.new_cdp_session(page)
    network.send(
        "Network.emulateNetworkConditions", {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 300_000}
    )
    page.get_by_label("Dataset 1", exact=True).set_input_files(big_table)
    people.wait_until(lambda: set(site.data_dir.glob("incoming/*")) != before)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Choose a file or drop it here")).to_be_visible()
    people.wait_until(lambda: set(site.data_dir.glob("incoming/*")) == before)
    network.send("Network.emulateNetworkConditions", {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})
    page.get_by_label("Dataset 1", exact=True).set_input_files(big_table)
    expect(page.get_by_text("big.csv")).to_be_visible(timeout=people.LONG)
