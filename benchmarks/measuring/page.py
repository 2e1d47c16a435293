"""The page of the manual about speed and memory, from what ``make bench`` has measured: nobody types a figure.

Run: ``python benchmarks/measuring/page.py [FOLDER] [--note SENTENCE]``; the folder is ``build/benchmarks`` unless it is named. The note says
what a reader has to know of these figures, such as how busy the machine was.
"""

import argparse
import ast
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from measuring.claims import Claim, figure, read

SCRIPTS = Path(__file__).parents[1]
ROOT = SCRIPTS.parent
PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = """# Speed and memory

What is claimed, and what was measured. This page is made by `python benchmarks/measuring/page.py` from what `make bench` wrote down; every
line is one claim with its limit. A figure with a limit is a ratio wherever it can be: to a matrix product of the same shape or to another
program, timed in turn on the same machine. Where there is no limit the figure is only told. G32 and G64 are the products of all tiles of the
same shape in float32 and float64, on two threads, with nothing done to them: what any engine of this kind has to calculate at least.

To measure again: `make bench`, or some parts: `make bench PART="correlation reading"`. It needs an idle machine to mean something.
"""


def purpose(part: str) -> str:
    """Return the first sentence of a benchmark."""
    words = ast.get_docstring(ast.parse((SCRIPTS / f"{part}.py").read_text("utf-8"))) or ""
    first = words.split("\n\n")[0].replace("\n", " ").removeprefix("Claims: ").removeprefix("Claim: ")
    return first[:1].upper() + first[1:]


def row(claim: Claim) -> str:
    """Return one line of a table."""
    cells = (claim.what, claim.target, figure(claim), claim.verdict, claim.how)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def section(part: str, path: Path) -> str:
    """Return what one benchmark measured, on which day."""
    found, claims = read(path)
    lines = [f"## `{part}.py`", "", purpose(part), "", "| claim | limit | measured | | how |", "|---|---|---|---|---|"]
    return "\n".join([*lines, *(row(claim) for claim in claims), "", f"Measured on {found['day']}.", ""])


def machines(paths: list[Path]) -> str:
    """Return on what all this was measured."""
    seen = {str(read(path)[0]["machine"]): read(path)[0]["machine"] for path in paths}
    lines = ["## The machine", ""]
    for machine in seen.values():
        lines += ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in machine.items()), ""]
    return "\n".join(lines)


def main() -> None:
    """Write the page."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "benchmarks")
    options.add_argument("--note", default="", help="what a reader has to know of these figures")
    asked = options.parse_args()
    paths = sorted(asked.folder.glob("*.json"))
    if not paths:
        sys.exit(f"There are no figures in {asked.folder}. Run make bench first.")
    head = f"{HEAD}\n**Of these figures:** {asked.note}\n" if asked.note else HEAD
    PAGE.write_text("\n".join([head, *(section(path.stem, path) for path in paths), machines(paths)]), "utf-8")


if __name__ == "__main__":
    main()
