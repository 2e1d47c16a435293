"""The page about features: its example is put together in a copy of the project, in the order of the page, and holds."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sciflask_reflex.commands.new_page import COMPOSITION
from sciflask_reflex.settings import ROOT

BIN = Path(sys.executable).parent
PAGE = (ROOT / "docs" / "extending.md").read_text()
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "data", "build", "external", "docs", "benchmarks")
OURS = ("sciflask_reflex/instruments", "tests/sciflask_reflex/instruments", "sciflask_reflex/models.py", "sciflask_reflex/settings.py")


def run(project: Path, program: str, *arguments: str) -> str:
    """Run a program of the environment in the copy, and return what it says if it fails."""
    environment = {**os.environ, "PYTHONPATH": str(project), "SCIFLASK_DATA_DIR": str(project / "data")}
    done = subprocess.run([BIN / program, *arguments], cwd=project, capture_output=True, text=True, env=environment, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def command(project: Path, text: str) -> None:
    """Do what a line of the shell does, in the copy."""
    words = shlex.split(text)
    assert words[0] == "make"
    name = words[2].removeprefix("NAME=")
    known = {"page": ("pages", "new", name), "migration": ("migration", name)}
    assert run(project, "python", "-m", "sciflask_reflex.cli", *known[words[1]]) == ""


def put(project: Path, first: str, text: str) -> None:
    """Write a block where its first line says: as a file, at the end of one, or before a field of a class."""
    match first.removeprefix("# ").replace(",", "").split(" "):
        case ["add", "to", path]:
            old = (project / path).read_text()
            new = f"{old}\n\n{text}"
        case ["into", path, "before", field]:
            old = (project / path).read_text()
            assert old.count(f"    {field}: ") == 1
            new = old.replace(f"    {field}: ", f"{text}    {field}: ")
        case [path]:
            new = text
    (project / path).write_text(new)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project after every step of the page."""
    root = tmp_path_factory.mktemp("copy") / "project"
    shutil.copytree(ROOT, root, ignore=LEFT_OUT)
    for language, text in BLOCK.findall(PAGE):
        first, _, rest = text.partition("\n")
        if language == "bash":
            command(root, text)
        elif language == "python":
            put(root, first, rest)
        elif language == "markdown":
            readme = root / "README.md"
            readme.write_text(readme.read_text().replace("| `REGISTRATION`", f"{text}| `REGISTRATION`"))
    feature = root / "sciflask_reflex" / "instruments" / "feature.py"
    lines = feature.read_text().replace(
        "    admin_views=(InstrumentList,),\n", '    admin_views=(InstrumentList,),\n    views={"correlation": in_words},\n'
    )
    feature.write_text(lines.replace("InstrumentsState\n", "InstrumentsState\nfrom sciflask_reflex.instruments.view import in_words\n", 1))
    return root


def test_the_example_s_own_tests_pass_and_those_of_tables_pages_and_migrations(project):
    others = ("test_migrations.py", "test_routes.py::test_the_table_is_complete", "test_doors.py::test_the_table_is_complete_and_true")
    paths = [f"tests/sciflask_reflex/{each}" for each in ("instruments", *others)]
    assert run(project, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *paths) == ""
    settings = "tests/test_conventions.py::test_the_settings_in_the_readme_are_those_of_the_program"
    assert run(project, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", settings) == ""


def test_everybody_is_asked_at_its_doors_and_its_pages_are_drawn(project):
    doors = [f"tests/sciflask_reflex/test_doors.py::test_everybody_at_every_door[{who}]" for who in ("anonymous", "user")]
    pages = ["-k", "instruments or everybody", "tests/sciflask_reflex/test_pages.py"]
    assert run(project, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *pages, *doors) == ""


def test_the_example_is_in_the_house_style(project):
    assert run(project, "ruff", "check", *OURS, str(COMPOSITION)) == ""
    assert run(project, "ruff", "format", "--check", *OURS, str(COMPOSITION)) == ""
    assert run(project, "lint-imports", "--no-cache") == ""
    (project / ".venv").symlink_to(BIN.parent)
    assert run(project, "pyright", *OURS[:1]) == ""


def test_the_view_is_on_the_pages_of_results(project):
    code = """
import sciflask_reflex.sciflask_reflex as site
pages = {page.path: page for page in site.PAGES}
assert all("In words" in str(pages[path].draw()) for path in ("/analyses/[analysis_id]", "/r/[token]"))
"""
    assert run(project, "python", "-c", code) == ""
