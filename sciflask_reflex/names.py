"""When two names are the same, and what a thing is called when its name is taken."""

import unicodedata
from collections.abc import Container
from itertools import chain, count

from sciflask_reflex.models import LONGEST_NAME, LONGEST_NAME_KEY


def name_key(name: str) -> str:
    """Return a name as names are compared: NFKC, case-folded, blanks collapsed."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def free_name(name: str, taken: Container[str]) -> str:
    """Return a name whose key is not taken: the name itself, or the name with the first number that is free."""
    names = chain([_fitting(name, "")], (_fitting(name, f" ({number})") for number in count(2)))
    return next(free for free in names if name_key(free) not in taken)


def _fitting(name: str, suffix: str) -> str:
    """Return a name with a suffix, cut so that both it and its key fit their columns."""
    stem = name[: LONGEST_NAME - len(suffix)]
    while len(name_key(stem + suffix)) > LONGEST_NAME_KEY:
        stem = stem[:-1]
    return stem + suffix
