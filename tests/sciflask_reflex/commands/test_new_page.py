"""A new page runs and passes as it is, in a copy of the whole project; a name that cannot be is refused."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sciflask_reflex.commands.new_page import COMPOSITION, DONE, LONGEST, MISUSED, new_page
from sciflask_reflex.settings import ROOT

BIN = Path(sys.executable).parent
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "data", "build", "external", "docs", "benchmarks")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, to which a page was added as a developer does; its name is as long as it may be."""
    root = tmp_path_factory.mktemp("copy") / "project"
    shutil.copytree(ROOT, root, ignore=LEFT_OUT)
    for name in ("lab_notes", NAME):
        assert new_page(name, root=root) == DONE
    return root


NAME = "busy" + "_x" * ((LONGEST - 4) // 2)
OURS = [f"{top}/{name}" for top in ("sciflask_reflex", "tests/sciflask_reflex") for name in ("lab_notes", NAME)]


def run(project: Path, program: str, *arguments: str) -> str:
    """Run a program of the environment in the copy, and return what it says if it fails."""
    environment = {**os.environ, "PYTHONPATH": str(project)}
    done = subprocess.run([BIN / program, *arguments], cwd=project, capture_output=True, text=True, env=environment, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_its_own_tests_and_those_of_every_page_pass(project):
    here = "lab_notes or lab-notes or busy"
    assert (
        run(project, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", here, *OURS[2:], "tests/sciflask_reflex/test_pages.py")
        == ""
    )


def test_the_tables_of_the_whole_site_know_it(project):
    tables = ("test_doors.py::test_the_table_is_complete_and_true", "test_routes.py::test_the_table_is_complete",
              "test_pages.py::test_every_page_of_a_feature_is_read_in_a_browser",
              "identity/test_looking.py::test_the_table_of_handlers_that_read_is_whole")  # fmt: skip
    assert (
        run(project, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"tests/sciflask_reflex/{each}" for each in tables)) == ""
    )


def test_it_is_written_in_the_house_style(project):
    assert run(project, "ruff", "check", *OURS, str(COMPOSITION)) == ""
    assert run(project, "ruff", "format", "--check", *OURS, str(COMPOSITION)) == ""


def test_its_types_hold_together(project):
    (project / ".venv").symlink_to(BIN.parent)
    assert run(project, "pyright", *OURS[:2]) == ""


def test_the_import_contracts_are_kept(project):
    assert run(project, "lint-imports", "--no-cache") == ""


def test_a_page_that_looks_into_the_tables_breaks_the_contracts(project):
    page = project / "sciflask_reflex" / "lab_notes" / "page.py"
    whole = page.read_text()
    page.write_text(whole + "\n\nfrom sciflask_reflex.models import Owner\n")
    assert "sciflask_reflex.lab_notes.page -> sciflask_reflex.models" in run(project, "lint-imports", "--no-cache")
    page.write_text(whole)


def test_nothing_is_written_over_and_nothing_is_registered_twice(project, capsys):
    before = (project / COMPOSITION).read_text(), (project / "pyproject.toml").read_text()
    assert new_page("lab_notes", root=project) == MISUSED
    assert "There is a lab_notes already" in capsys.readouterr().err
    shutil.rmtree(project / "sciflask_reflex" / "lab_notes")
    shutil.rmtree(project / "tests" / "sciflask_reflex" / "lab_notes")
    assert new_page("lab_notes", root=project) == DONE
    assert ((project / COMPOSITION).read_text(), (project / "pyproject.toml").read_text()) == before


@pytest.mark.parametrize("name", ["", "Lab_Notes", "1st", "a-b", "../evil", "class", "a__b", "x" * 31])
def test_a_name_that_cannot_be_is_refused(tmp_path, name, capsys):
    assert new_page(name, root=tmp_path) == MISUSED
    assert "cannot be the name" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "why"), [("health", "belongs to the site"), ("gate", "already"), ("studies", "already"), ("partial", "means something")]
)
def test_what_the_site_has_is_not_taken(name, why, capsys):
    assert new_page(name) == MISUSED
    assert why in capsys.readouterr().err
