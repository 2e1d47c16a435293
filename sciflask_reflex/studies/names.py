"""What people call their studies and files. Names are labels: they never become paths, and never reach a header unencoded."""

import re
import unicodedata

from sciflask_reflex.errors import Invalid
from sciflask_reflex.models import LONGEST_NAME, LONGEST_NAME_KEY
from sciflask_reflex.names import name_key

LONGEST_LABEL = 80
LONGEST_FILENAME = 255
NAMELESS = "file"


def _visible(text: str) -> str:
    """Drop control characters, invisible marks and lone surrogates; blanks of any kind become single spaces."""
    spaced = "".join(" " if c.isspace() else c for c in text)
    shown = "".join(c for c in spaced if not unicodedata.category(c).startswith("C"))
    return " ".join(unicodedata.normalize("NFC", shown).split())


def file_label(filename: str) -> str:
    """Return the last part of what a browser calls a file, fit to be shown: never a path, never empty, at most 255 characters."""
    label = _visible(re.split(r"[/\\]", filename.replace("\x00", ""))[-1]).strip()
    if not label.strip(". "):
        return NAMELESS
    if len(label) <= LONGEST_FILENAME:
        return label
    stem, dot, suffix = label.rpartition(".")
    ending = dot + suffix if stem and len(suffix) <= 16 else ""
    return label[: LONGEST_FILENAME - len(ending)] + ending


def study_name(name: str) -> str:
    """Return a study's name with blanks collapsed.

    Raises:
        Invalid: If it is empty or too long.
    """
    clean = _visible(name)
    if not clean or len(clean) > LONGEST_NAME or len(name_key(clean)) > LONGEST_NAME_KEY:
        sentence = f"The study needs a name of 1 to {LONGEST_NAME} characters."
        raise Invalid(sentence, {"name": sentence})
    return clean


def data_label(slot: str, label: str) -> str:
    """Return what a person calls the data of one input, such as "genes".

    Raises:
        Invalid: If it is too long.
    """
    clean = _visible(label)
    if len(clean) > LONGEST_LABEL:
        sentence = f"The type of the data may have at most {LONGEST_LABEL} characters."
        raise Invalid(sentence, {slot: sentence})
    return clean
