"""Which inline scripts each built page holds, as hashes: the content security policy of a page allows its own and no others."""

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
FALLBACK = "404.html"
"""What is served at every address without a page of its own: those with an id in them, and those that lead nowhere."""
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


def _address(path: str) -> str:
    """Return an address as the file server understands it: slashes too many, and the one at the end, mean nothing."""
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def _addresses(page: str) -> tuple[str, ...]:
    """Return where a file of the build is served: under its own name, and for the front page of a folder as the folder."""
    return (page, page.removesuffix("index.html").removesuffix("/")) if page.rpartition("/")[2] == "index.html" else (page,)


class PagePolicies:
    """The policies of the pages that are built now. Looks once a second whether they were built anew: a server may outlive a build."""

    def __init__(self) -> None:
        self._checked = -math.inf
        self._version: object = None
        self._fallback = ""
        self._policies: dict[str, str] = {}

    def __call__(self, path: str) -> str:
        """Return the policy of what is served at a path."""
        now = time.monotonic()
        if now - self._checked >= CHECK_SECONDS:
            self._checked = now
            self._look()
        return self._policies.get(_address(path), self._fallback)

    def _look(self) -> None:
        folder, origins = built_pages(), settings().origins
        pages = sorted(folder.rglob("*.html"))
        try:
            version = origins, [(page, page.stat().st_mtime_ns) for page in pages]
            if version == self._version:
                return
            written = {page.relative_to(folder).as_posix(): page.read_text("utf-8") for page in pages}
        except FileNotFoundError:  # a build is under way: look again in a second
            self._fallback = self._fallback or policy(set(), origins)
            return
        built = {page: policy(inline_hashes(text), origins) for page, text in written.items()}
        self._version, self._fallback = version, built.get(FALLBACK) or policy(set(), origins)
        self._policies = {address: built[page] for page in built for address in _addresses(page)}


page_policy = PagePolicies()
