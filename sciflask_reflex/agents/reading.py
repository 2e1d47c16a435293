"""A piece of a text file, as much as fits into one answer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from sciflask_reflex.agents.catalogue import FURTHEST, MOST_CHARACTERS
from sciflask_reflex.errors import Invalid

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


def piece_made(made: Iterator[bytes], offset: int) -> dict[str, Any]:
    """Return the text from an offset of a table that is made now; what comes before is made as well, so that the offset has an end.

    Raises:
        Invalid: If the offset is too far.
    """
    if offset > FURTHEST:
        message = f"That is too far into a table that is made anew for each answer: at most {FURTHEST:,} characters. Narrow it by filters."
        raise Invalid(message, {"offset": message})
    text, before = "", 0
    for part in made:
        lines = part.decode()
        text += lines[max(0, offset - before) :]
        before += len(lines)
        if len(text) > MOST_CHARACTERS:
            break
    more = len(text) > MOST_CHARACTERS
    text = text[:MOST_CHARACTERS]
    return {"offset": offset, "text": text, "next_offset": offset + len(text) if more else None}
