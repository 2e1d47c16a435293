"""What a docstring in numpy's style says: of each argument in ``Parameters``, and what to cite in ``References``."""

import re

HEADING = re.compile(r"(?m)^(\w[\w ]*)\n-{3,}[ \t]*\n")
ENTRY = re.compile(r"(?m)^(\w+)[ \t]*(?::[^\n]*)?\n((?:[ \t]+[^\n]*(?:\n|\Z)|[ \t]*\n)+)")
CITED = re.compile(r"(?m)^(?:-|\.\. \[\w+\])[ \t]+")


def section(doc: str, heading: str) -> str:
    """Return the text below a heading; nothing when there is none."""
    parts = HEADING.split(doc)
    return next((text for title, text in zip(parts[1::2], parts[2::2], strict=True) if title.strip() == heading), "")


def prose(doc: str) -> str:
    """Return what stands before the first heading."""
    return HEADING.split(doc)[0].strip()


def arguments(doc: str) -> dict[str, str]:
    """Return what is said of each argument, as one paragraph."""
    return {name: " ".join(text.split()) for name, text in ENTRY.findall(section(doc, "Parameters") + "\n")}


def references(doc: str) -> tuple[str, ...]:
    """Return what is cited: each entry begins with a dash, or with ``.. [1]``."""
    return tuple(" ".join(entry.split()) for entry in CITED.split(section(doc, "References"))[1:])
