"""A traceback of a tool that cannot be loaded, as a sentence for its author: file, line, what, and what to do."""

import re
from collections.abc import Sequence
from pathlib import Path

FRAME = re.compile(r'^  File "([^"]+)", line (\d+)', re.MULTILINE)
CURES = {
    "SyntaxError": "Mend that line.",
    "IndentationError": "Mend the spaces at the beginning of that line.",
    "ModuleNotFoundError": "Correct the name, or install the package into the site's environment.",
    "ImportError": "Correct the name that is imported.",
    "NameError": "Define or import it.",
}
"""What to do, by the kind of the fault."""
OURS = (Path(__file__).parent, Path(__file__).parents[1])
"""Files of the platform, which stand between a tool and whoever loads it."""


def sentence_of(traceback: str, folders: Sequence[Path], root: Path) -> str:
    """Return what is wrong in a file of the author's; ``folders`` are where such files are, ``root`` what paths are shown from."""
    last = next((line for line in reversed(traceback.splitlines()) if line and not line.startswith(" ")), "It ended without a word")
    kind, _, words = last.partition(": ")
    kind = kind.rpartition(".")[2]
    if kind == "ToolDefinitionError":
        return words  # names the file itself, and what to do
    what = f"{kind}: {words}" if words else kind
    place = _place(traceback, folders, root)
    return " ".join(filter(None, (f"{place}:" if place else "", what if what.endswith((".", "?", "!")) else f"{what}.", cure_of(kind))))


def cure_of(kind: str) -> str:
    """Return what to do about a fault of a kind, as in 'SyntaxError'."""
    return CURES.get(kind, "Mend it there.")


def _place(traceback: str, folders: Sequence[Path], root: Path) -> str:
    """Return the innermost place in one of the folders: 'pipeline/my_tool/tool.py, line 12'."""
    for name, line in reversed(FRAME.findall(traceback)):
        path = Path(name)
        if any(path.is_relative_to(folder) for folder in folders) and path.parent not in OURS:
            return f"{path.relative_to(root) if path.is_relative_to(root) else path}, line {line}"
    return ""
