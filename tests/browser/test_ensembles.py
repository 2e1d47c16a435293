"""Weights of structural models from a scattering curve, as somebody finds them who has a curve, simulated ones and structures."""

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pipeline import tools
from tests.browser import people
from tests.browser.conftest import SHARED

MODELS = 5
ENSEMBLE = 4 * people.LONG


@pytest.fixture
def curves() -> tuple[Path, Path]:
    """A curve made of five models, and the five models' own."""
    folder = SHARED / "saxs"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here: the journey needs its two files of curves")
    return folder / "simulated.dat", folder / "SimulatedIntensities.txt"


@pytest.fixture
def structures(tmp_path: Path) -> Path:
    """A zip with a structure for each model: the example's, the first one twice."""
    path = tmp_path / "models.zip"
    with zipfile.ZipFile(tools()["ensembles"].examples[0].files["models"]) as given, zipfile.ZipFile(path, "w") as mine:
        names = sorted(given.namelist())
        for number in range(MODELS):
            mine.writestr(f"{number + 1}.pdb", given.read(names[number % len(names)]))
    return path


def test_weights_fit_and_ensemble_of_five_models(visitor, curves, structures) -> None:
    page = visitor().new_page()
    page.goto("/upload?tool=ensembles")
    page.get_by_label("Study name").fill("Five models")
    for title, path in zip(("Measured curve", "Simulated curves", "Structures"), (*curves, structures), strict=True):
        page.get_by_label(title, exact=True).set_input_files(path)
        expect(page.get_by_role("status").filter(has_text=path.name)).to_be_visible()
    page.get_by_label("I accept the terms and conditions").check()
    page.get_by_role("button", name="Check data").click()
    save = page.get_by_role("button", name="Save study")
    consent = page.get_by_label("I have read the warnings and want to go on")
    expect(save.or_(consent).first).to_be_visible(timeout=people.LONG)
    if consent.is_visible():
        consent.check()
    save.click(timeout=people.LONG)
    page.wait_for_url(re.compile(r"/studies/[0-9a-f]{32}/analyse"))
    page.get_by_label("Iterations").fill("400")
    people.run_analysis(page)
    expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible(timeout=ENSEMBLE)
    numbers = page.locator("#key-numbers > div")
    expect(numbers.filter(has=page.get_by_text("Models", exact=True))).to_contain_text(str(MODELS))
    for heading in ("Weights", "Posterior densities", "Fit and residuals", "Ensemble in 3-D"):
        expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    weights = page.get_by_role("region", name="Weights")
    expect(weights.get_by_role("row")).to_have_count(1 + MODELS)
    fit = page.locator("section").filter(has=page.get_by_role("heading", name="Fit and residuals", exact=True)).last
    fit.scroll_into_view_if_needed()
    expect(fit.locator(".plot-container")).to_be_visible(timeout=people.LONG)
    assert fit.locator(".subplot").count() >= 2, "the fit, and the residuals below it"
    structure = page.locator("section").filter(has=page.get_by_role("heading", name="Ensemble in 3-D", exact=True)).last
    structure.scroll_into_view_if_needed()
    expect(structure.locator("canvas")).to_be_visible(timeout=people.LONG)
