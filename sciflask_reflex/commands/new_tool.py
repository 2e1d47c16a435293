"""``make tool NAME=my_tool``, ``make tool NAME=my_tool LIVE=1``: a folder with a tool that runs and passes, to be changed into one's own."""

import keyword
import random
import re
from pathlib import Path
from string import Template

import typer

from sciflask_reflex.settings import ROOT

DONE, MISUSED = 0, 2
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST = 40
TEMPLATES = Path(__file__).parent / "new"
FAR = {7: 2.5, 15: -2.0, 22: 2.2}
"""Samples of the example that lie far from the others, and how far."""


def new_tool(name: str, *, live: bool = False, root: Path = ROOT) -> int:
    """Write the folder and its test, of a tool whose analyses wait in the queue or of a live one; return the exit code. Nothing is written over."""
    if not NAME.fullmatch(name) or len(name) > LONGEST or keyword.iskeyword(name):
        typer.echo(f"{name!r} cannot be the name: use lower-case words joined by underscores, as in my_tool.", err=True)
        return MISUSED
    folder, tests = root / "pipeline" / name, root / "tests" / "pipeline" / name
    if folder.exists() or tests.exists():
        typer.echo(f"There is a {name} already: {folder if folder.exists() else tests}.", err=True)
        return MISUSED
    words = {"name": name, "slug": name.replace("_", "-"), "title": name.replace("_", " ").capitalize()}
    kind = "live" if live else "tool"
    folder.mkdir(parents=True)
    tests.mkdir(parents=True)
    for template, path in (
        ("init", folder / "__init__.py"), (f"{kind}/tool", folder / "tool.py"), (f"{kind}/science", folder / "science.py"),
        (f"{kind}/test", tests / "test_tool.py"),
    ):  # fmt: skip
        path.write_text(Template((TEMPLATES / f"{template}.txt").read_text()).substitute(words))
    if not live:
        (folder / "example").mkdir()
        (folder / "example" / "samples.csv").write_text(_samples())
    typer.echo(
        f"{folder} is a tool that runs. Change science.py and tool.py into your own; `sciflask tools check {words['slug']}` tries it."
    )
    return DONE


def _samples() -> str:
    """Return a small table with three samples far from the others."""
    draw = random.Random(1)
    rows = [
        [f"sample_{number}", *(f"{draw.gauss(0, 0.5) + FAR.get(number, 0) * (-1) ** feature:.3f}" for feature in range(12))]
        for number in range(1, 31)
    ]
    return "\n".join(",".join(row) for row in [["id", *(f"feature_{n}" for n in range(1, 13))], *rows]) + "\n"
