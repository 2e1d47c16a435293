"""What people call their files, made fit for every file system, inside an archive."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import PurePosixPath

FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
MAX_BYTES = 120


def safe_name(name: str, fallback: str) -> str:
    """Return a name that is one component, visible, and allowed everywhere."""
    text = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    text = FORBIDDEN.sub("_", text.encode("utf-8", "ignore").decode()).strip(" .")
    if not text:
        return fallback
    suffix = PurePosixPath(text).suffix[:16]
    stem = text[: len(text) - len(suffix)] if suffix else text
    short = stem.encode()[: MAX_BYTES - len(suffix.encode())].decode("utf-8", "ignore")
    return f"_{short}{suffix}" if RESERVED.fullmatch(short + suffix) else short + suffix


def unique_names(names: Mapping[str, str]) -> dict[str, str]:
    """Return a safe name for each place; those that would collide, also on systems that ignore case, get their place in front."""
    taken: set[str] = set()
    chosen: dict[str, str] = {}
    for place, name in names.items():
        candidate = safe_name(name, fallback=place)
        while candidate.casefold() in taken:
            candidate = f"{place}_{candidate}"
        taken.add(candidate.casefold())
        chosen[place] = candidate
    return chosen
