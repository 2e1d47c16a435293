"""A text of a result, as a page shows it: paragraphs of plain text."""

import re
from dataclasses import dataclass, field
from pathlib import Path

MOST_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class TextShown:
    """The paragraphs, and a sentence when that is not all."""

    paragraphs: list[str] = field(default_factory=list)
    cut: str = ""


def text_shown(path: Path) -> TextShown:
    """Read the beginning of a stored text; blank lines part its paragraphs."""
    with path.open(encoding="utf-8", errors="replace") as file:
        text = file.read(MOST_CHARACTERS + 1)
    cut = f"The first {MOST_CHARACTERS:,} characters are shown here; the download has them all." if len(text) > MOST_CHARACTERS else ""
    return TextShown([part.strip("\n") for part in re.split(r"\n\s*\n", text[:MOST_CHARACTERS]) if part.strip()], cut)
