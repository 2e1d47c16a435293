"""Which inline scripts the built pages hold, as hashes: the content security policy allows these and no others."""

import base64
import hashlib
import math
import time
from html.parser import HTMLParser
from pathlib import Path

from reflex.utils.prerequisites import get_web_dir
from reflex_base.constants import Dirs

from sciflask_reflex.settings import settings

CHECK_SECONDS = 1.0
UNSAFE_EVAL = ""
"""Set to " 'unsafe-eval'" if a library that evaluates strings must run; nothing we ship needs it."""


class _Scripts(HTMLParser):
    """Collects the text of inline scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and not any(name == "src" for name, _ in attrs):
            self._open = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.found[-1] += data


def inline_hashes(html: str) -> set[str]:
    """Return the hash source of every inline script of a page."""
    parser = _Scripts()
    parser.feed(html)
    parser.close()
    return {f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in parser.found}


def policy(hashes: set[str], origins: tuple[str, ...]) -> str:
    """Return the policy for pages: everything from here, nothing from elsewhere, scripts only as built."""
    scripts = " ".join(("'self'", *sorted(hashes)))
    sockets = " ".join(origin.replace("http", "ws", 1) for origin in origins)
    return "; ".join((
        "default-src 'none'",
        f"script-src {scripts}{UNSAFE_EVAL}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        f"connect-src 'self' {sockets}",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    ))  # fmt: skip


def built_pages() -> Path:
    """Return the folder of the built frontend."""
    return get_web_dir() / Dirs.STATIC


class PagePolicy:
    """The policy for the pages that are built now. Looks once a second whether they were built anew: a server may outlive a build."""

    def __init__(self) -> None:
        self._checked = -math.inf
        self._version: object = None
        self._policy = ""

    def __call__(self) -> str:
        """Return the policy."""
        now = time.monotonic()
        if now - self._checked >= CHECK_SECONDS:
            self._checked = now
            self._look()
        return self._policy

    def _look(self) -> None:
        pages = sorted(built_pages().rglob("*.html"))
        try:
            version = settings().origins, [(page, page.stat().st_mtime_ns) for page in pages]
            if version == self._version:
                return
            hashes = {found for page in pages for found in inline_hashes(page.read_text("utf-8"))}
        except FileNotFoundError:  # a build is under way: look again in a second
            self._policy = self._policy or policy(set(), settings().origins)
            return
        self._version, self._policy = version, policy(hashes, settings().origins)


page_policy = PagePolicy()
