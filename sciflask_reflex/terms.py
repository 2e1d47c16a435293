"""The texts that people agree to: terms and privacy, as Markdown files that the operator may replace.

The shipped ones are package data; a file of the same name in ``SCIFLASK_SITE_DIR`` stands before them and is read anew whenever it
changed. ``{{site_name}}`` and the like are filled in from the settings.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

from sciflask_reflex.audit import KEEP_DAYS
from sciflask_reflex.imprint import markdown
from sciflask_reflex.jobs.sweeper import MAIL_SECONDS
from sciflask_reflex.settings import settings

DAY_SECONDS = 86_400
Name = Literal["terms", "privacy"]
SHIPPED = Path(__file__).parent / "texts"
LONGEST_VERSION = 64
VERSION = re.compile(r"\AVersion:[ \t]*(\S[^\n]*?)[ \t]*\n+", re.IGNORECASE)
PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True)
class Text:
    """One text, ready to be shown."""

    version: str
    """What its first line says behind ``Version:``; without such a line, the start of the file's SHA-256."""
    html: str
    """Free of scripts whatever the file holds: raw HTML in it is shown as text."""


def current_version() -> str:
    """Return which version of the terms is in force; stored with each consent."""
    return text("terms").version


def text(name: Name) -> Text:
    """Return the terms or the privacy statement as they are now."""
    path = path_of(name)
    facts = path.stat()
    return _read(path, facts.st_mtime_ns, facts.st_size, tuple(_values().items()))


def path_of(name: Name) -> Path:
    """Return the file in force: the operator's own, or the shipped one."""
    own = settings().site_dir / f"{name}.md"
    return own if own.is_file() else SHIPPED / f"{name}.md"


def _values() -> dict[str, str]:
    """Return what may stand in double braces, and its value."""
    known = settings()
    return {
        "site_name": known.site_name,
        "public_url": known.public_url,
        "contact": known.contact or "the people who run this site",
        "guest_days": str(known.guest_days),
        "session_days": str(known.session_days),
        "audit_days": str(KEEP_DAYS),
        "mail_days": str(MAIL_SECONDS // DAY_SECONDS),
    }


@lru_cache(maxsize=8)
def _read(path: Path, changed: int, size: int, values: tuple[tuple[str, str], ...]) -> Text:
    source = path.read_text(encoding="utf-8-sig", errors="replace")
    said = VERSION.match(source)
    version = said[1][:LONGEST_VERSION] if said else sha256(source.encode()).hexdigest()[:12]
    known = dict(values)
    body = PLACEHOLDER.sub(
        lambda found: _plain(known[found[1]]) if found[1] in known else found[0], source[said.end() :] if said else source
    )
    return Text(version, markdown().render(body))


def _plain(value: str) -> str:
    """Return a value so that Markdown takes none of its letters for marks."""
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", value)
