"""A feature in a package of its own: built, installed, and in the site by the same door as ours."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sciflask_reflex.settings import ROOT

PROJECT = """
[project]
name = "lab-pages"
version = "1.0"
dependencies = ["sciflask-reflex"]

[project.entry-points."sciflask.features"]
lab = "lab_pages.feature:feature"

[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[tool.setuptools]
packages = ["lab_pages"]
"""
FEATURE = '''
"""The pages of our laboratory."""

import reflex as rx
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from lab_pages.state import BenchState
from sciflask_reflex.feature import Feature, NavLink, Page, ToolView
from sciflask_reflex.shell.frame import page_frame


@page_frame(width="narrow")
def bench() -> rx.Component:
    """Show the bench."""
    return rx.el.div(rx.el.h1("The bench"), rx.el.p(BenchState.sample), class_name="stack")


def answer(request):
    return PlainTextResponse("from the lab")


feature = Feature(
    name="lab",
    prefix="/lab",
    pages=(Page("", bench, "The bench", (BenchState.load,)),),
    routes=(Route("/hello.txt", answer),),
    navigation=(NavLink("Our bench"),),
    views={"correlation": ToolView(lambda shown: rx.el.p("Read at our bench: ", shown.metrics["samples"]))},
)
'''
STATE = '''
"""What the bench shows."""

import reflex as rx

from sciflask_reflex.gate import door


class BenchState(rx.State):
    """One sample."""

    sample: str = ""

    @rx.event
    @door(reads=True)
    async def load(self) -> None:
        """Show it."""
        self.sample = "A1"
'''
SITE = """
import sciflask_reflex.sciflask_reflex as site
from reflex_base.registry import RegistrationContext
pages = {page.path: page for page in site.PAGES}
print("/lab" in site.app._unevaluated_pages or "lab" in site.app._unevaluated_pages)
print('"Our bench"' in str(pages["/help"].draw()), "The bench" in str(pages["/lab"].draw()))
print(*("Read at our bench" in str(pages[path].draw()) for path in ("/analyses/[analysis_id]", "/r/[token]")))
print("/lab/hello.txt" in [route.path for route in site.FORMS])
print([event.fn.__qualname__ for event in site.app.get_load_events("/lab")][-1])
"""
FINGERPRINT = "from sciflask_reflex.supervisor.frontend import fingerprint; from sciflask_reflex.settings import settings; print(fingerprint(settings()))"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, built as a wheel."""
    project = tmp_path_factory.mktemp("lab")
    (project / "pyproject.toml").write_text(PROJECT)
    (project / "lab_pages").mkdir()
    for name, text in (("__init__", '"""Our pages."""\n'), ("feature", FEATURE), ("state", STATE)):
        (project / "lab_pages" / f"{name}.py").write_text(text)
    pip("wheel", "--no-build-isolation", "--wheel-dir", str(project / "dist"), str(project))
    (found,) = (project / "dist").glob("*.whl")
    return found


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Path:
    """The folder into which it was installed."""
    pip("install", "--no-index", "--target", str(tmp_path), str(wheel))
    return tmp_path


def pip(command: str, *arguments: str) -> None:
    quiet = ["--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([sys.executable, "-m", "pip", command, *quiet, *arguments], check=True, capture_output=True)


def python(installed: Path, code: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{installed}:{ROOT}", "SCIFLASK_DATA_DIR": str(installed / "data")}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False, cwd=ROOT)


def test_its_page_link_route_and_view_are_in_the_site(installed):
    done = python(installed, SITE)
    assert done.stdout.split() == ["True"] * 6 + ["BenchState.load"], done.stderr


@pytest.mark.parametrize(("file", "old", "new", "told"), [
    ("state", "    @door(reads=True)\n", "", "load can be called by anybody. Put @door(...)"),
    ("state", "    @door(reads=True)\n    async def load", "    async def hidden(self) -> None:\n        pass\n\n    @rx.event\n    @door(reads=True)\n    async def load", "put @door(...) under its @rx.event"),
    ("feature", 'prefix="/lab"', 'prefix="/help"', "Feature 'lab': the prefix '/help' is taken by the site."),
    ("feature", "feature = Feature(", "feature = dict(", "The entry point lab_pages.feature:feature of sciflask.features is no feature."),
])  # fmt: skip
def test_what_does_not_hold_together_stops_the_start(installed, file, old, new, told):
    path = installed / "lab_pages" / f"{file}.py"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    done = python(installed, "import sciflask_reflex.sciflask_reflex")
    assert done.returncode != 0
    assert told in done.stderr


def test_the_pages_are_built_anew_when_it_changes(installed, tmp_path):
    first = python(installed, FINGERPRINT).stdout
    assert first == python(installed, FINGERPRINT).stdout != ""
    path = installed / "lab_pages" / "feature.py"
    path.write_text(path.read_text().replace("The bench", "A bench"))
    assert python(installed, FINGERPRINT).stdout != first
