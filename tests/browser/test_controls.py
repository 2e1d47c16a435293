"""Every control is found by the name that people, screen readers and programs rely on (the contract of the pages)."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import people

Visitor = Callable[..., BrowserContext]


def _present(page: Page, *, roles: Iterable[tuple[str, str]] = (), labels: Iterable[str] = ()) -> None:
    for role, name in roles:
        expect(page.get_by_role(role, name=name, exact=True).first, f"{role} {name!r}").to_be_visible()  # type: ignore[arg-type]
    for label in labels:
        expect(page.get_by_label(label, exact=True), f"field {label!r}").to_have_count(1)


def test_landing(visitor: Visitor) -> None:
    page = visitor().new_page()
    page.goto("/")
    _present(page, roles=[("link", name) for name in ("Try it with example data", "Sign in", "Create account")])


def test_register(visitor: Visitor) -> None:
    page = visitor().new_page()
    page.goto("/register")
    labels = ("First name", "Last name", "Email", "Password", "Confirm password", "I accept the terms and conditions")
    _present(page, roles=[("checkbox", "I accept the terms and conditions"), ("button", "Create account")], labels=labels)


def test_sign_in(visitor: Visitor) -> None:
    page = visitor().new_page()
    page.goto("/login")
    _present(page, roles=[("button", "Sign in"), ("link", "Forgot your password?")], labels=("Email", "Password", "Remember me"))
    expect(page.get_by_role("button", name="Sign in")).to_have_count(1)  # programs look for it by a part of its name, too


def test_upload(visitor: Visitor) -> None:
    page = visitor().new_page()
    page.goto("/upload")
    boxes = ("More than one dataset", "I accept the terms and conditions")
    page.get_by_role("checkbox", name="More than one dataset").check()
    _present(
        page,
        roles=[*(("checkbox", name) for name in boxes), ("button", "Check data"), ("button", "Take the tour")],
        labels=("Study name", "Dataset 1", "Dataset 2", "Type of dataset 1", "Type of dataset 2", *boxes),
    )
    for title in ("Dataset 1", "Dataset 2"):
        expect(page.get_by_label(title, exact=True)).to_have_attribute("type", "file")


def test_from_the_check_to_the_result_and_the_overview(visitor: Visitor, two_datasets: tuple[Path, Path]) -> None:
    page = visitor().new_page()
    people.fill_upload(page, "Names of controls", two_datasets[0])
    page.get_by_role("button", name="Check data", exact=True).click()
    page.get_by_role("button", name="Save study", exact=True).click(timeout=people.LONG)
    page.wait_for_url(re.compile("/analyse$"))
    fields = ("Analysis name", "Correlation method", "Correction method", "Alpha", "Number of top-variance features", "Missing values")
    _present(page, roles=[("button", "Run analysis")], labels=fields)
    options = page.get_by_label("Correction method", exact=True).locator("option").all_inner_texts()
    assert options == ["Benjamini-Hochberg", "Bonferroni", "Holm", "Benjamini-Yekutieli", "None"]
    people.run_analysis(page)
    people.expect_done(page)
    _present(
        page, roles=[("button", "Download all"), ("button", "Run again"), ("heading", "Significant pairs"), ("button", "Take the tour")]
    )
    page.goto("/profile")
    _present(page, roles=[("heading", name) for name in ("Studies", "Analyses", "Account")])
    _present(
        page, roles=[("link", "Analyse"), ("link", "Explore"), ("link", "Download"), ("button", "Delete"), ("button", "Take the tour")]
    )


def test_while_it_runs_there_is_a_status_a_progress_bar_and_a_way_to_cancel(visitor: Visitor, big_table: Path) -> None:
    page = visitor().new_page()
    people.save_study(page, "To be cancelled", big_table)
    page.get_by_label("Number of top-variance features").fill("1500")
    people.run_analysis(page)
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.get_by_role("status").filter(has_text=re.compile("Cancelling|Cancelled"))).to_be_visible()


@pytest.mark.parametrize("address", ["/nowhere/at/all", f"/analyses/{'0' * 32}", f"/studies/{'0' * 32}/analyse"])
def test_a_dead_end_says_so_and_leads_on(visitor: Visitor, address: str) -> None:
    page = visitor().new_page()
    page.goto(address)
    expect(page.get_by_role("link", name="My work").last).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("nothing at this address|does not exist"))
