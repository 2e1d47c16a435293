"""A piece of a text file, as much as fits into one answer."""

from pathlib import Path
from typing import Any, TextIO

from sciflask_reflex.agents.catalogue import MOST_CHARACTERS

TEXTS = ("text/", "application/json", "chemical/")


def piece(path: Path, offset: int) -> dict[str, Any]:
    """Return the text from an offset, in characters, and where the next piece begins."""
    with path.open(encoding="utf-8", errors="replace") as handle:
        _skip(handle, offset)
        text = handle.read(MOST_CHARACTERS)
        more = bool(handle.read(1))
    return {"offset": offset, "text": text, "next_offset": offset + len(text) if more else None}


def _skip(handle: TextIO, characters: int) -> None:
    """Go on in a text by so many characters, holding few of them at a time, however many are asked for."""
    while characters > 0 and (passed := len(handle.read(min(characters, MOST_CHARACTERS)))):
        characters -= passed
