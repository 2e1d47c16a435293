"""``make page NAME=notes``: a feature with a page that runs and passes, registered, to be changed into one's own."""

import keyword
import re
from pathlib import Path
from string import Template

import typer

from sciflask_reflex import routes
from sciflask_reflex.settings import ROOT

DONE, MISUSED = 0, 2
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST = 30
TEMPLATES = Path(__file__).parent / "new" / "page"
SOURCES = ("feature", "page", "state", "service")
TESTS = ("promises", "test_state", "test_service")
COMPOSITION = Path("sciflask_reflex") / "sciflask_reflex.py"
PLACE = "    *installed(),\n"
"""Before this line of the composition root, each feature has one."""
LAYER = re.compile(r'^    "([^"]*)",  # features$', re.MULTILINE)


def new_page(name: str, *, root: Path = ROOT) -> int:
    """Write the feature and its tests, and register it; return the exit code. Nothing that is there is written over."""
    if not NAME.fullmatch(name) or len(name) > LONGEST or keyword.iskeyword(name):
        typer.echo(f"{name!r} cannot be the name: use lower-case words joined by underscores, as in lab_notes.", err=True)
        return MISUSED
    folder, tests = root / "sciflask_reflex" / name, root / "tests" / "sciflask_reflex" / name
    there = next((path for path in (folder, folder.with_suffix(".py"), tests) if path.exists()), None)
    if there is not None:
        typer.echo(f"There is a {name} already: {there}.", err=True)
        return MISUSED
    composed = (root / COMPOSITION).read_text()
    if name in re.findall(r"\w+", composed) and _import(name) not in composed:
        typer.echo(f"The word {name} means something in {COMPOSITION} already. Choose another name.", err=True)
        return MISUSED
    slug = name.replace("_", "-")
    if slug in routes.kept():
        typer.echo(f"The address /{slug} belongs to the site. Choose another name.", err=True)
        return MISUSED
    _write(name, slug, folder, tests)
    _register(name, root)
    typer.echo(
        f"{folder} is a feature with a page at /{slug}. A line in {COMPOSITION} and its layer in pyproject.toml have been added."
        f"\nTry it: make run, and .venv/bin/python -m pytest {tests.relative_to(root)}; docs/extending.md says what else a feature can have."
    )
    return DONE


def _write(name: str, slug: str, folder: Path, tests: Path) -> None:
    title = name.replace("_", " ").capitalize()
    words = {"name": name, "slug": slug, "title": title, "camel": name.title().replace("_", "")}
    folder.mkdir()
    tests.mkdir(parents=True)
    for template, path in (
        ("init", folder / "__init__.py"),
        *((each, folder / f"{each}.py") for each in SOURCES),
        *((each, tests / f"{each}.py") for each in TESTS),
    ):
        lines = Template((TEMPLATES / f"{template}.txt").read_text()).substitute(words).splitlines(keepends=True)
        path.write_text("".join(_sorted_imports(lines)))


def _sorted_imports(lines: list[str]) -> list[str]:
    """Return a file's lines with our own imports in order, which depends on the name of the feature."""
    ours = [number for number, line in enumerate(lines) if line.startswith("from sciflask_reflex")]
    if ours:
        lines[ours[0] : ours[-1] + 1] = sorted(lines[ours[0] : ours[-1] + 1])
    return lines


def _import(name: str) -> str:
    return f"from sciflask_reflex.{name}.feature import feature as {name}\n"


def _register(name: str, root: Path) -> None:
    """Add the feature to the composition root and to the import contracts. What is there already stays as it is."""
    path = root / COMPOSITION
    text, entry = path.read_text(), f"    {name},\n"
    if entry not in text:
        lines = text.replace(PLACE, entry + PLACE).splitlines(keepends=True)
        wanted = _import(name)
        ours = [number for number, line in enumerate(lines) if line.startswith("from sciflask_reflex")]
        lines.insert(next((number for number in ours if lines[number] > wanted), ours[-1] + 1), wanted)
        path.write_text("".join(lines))
    project = root / "pyproject.toml"
    text = project.read_text()
    found = LAYER.search(text)
    if found and name not in re.findall(r"\w+", found[1]):
        project.write_text(text[: found.end(1)] + f" | ({name})" + text[found.end(1) :])
