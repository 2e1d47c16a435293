"""What a built page would load from another server. A page of ours loads nothing from anybody."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
    "link": "href",
}
IN_CSS = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])((?:https?:)?//[^'\")\s]+)")


class _Loads(HTMLParser):
    """Collects what a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        address = dict(attrs).get(LOADS.get(tag, ""), "") or ""
        if re.match(r"(?:[a-z]+:)?//", address):
            self.found.append(address)


def foreign(folder: Path) -> Iterator[tuple[Path, str]]:
    """Name every page and style sheet that loads something from elsewhere, and what."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".html":
            page = _Loads()
            page.feed(path.read_text("utf-8"))
            yield from ((path, address) for address in page.found)
        if path.suffix in (".html", ".css"):
            yield from ((path, address) for address in IN_CSS.findall(path.read_text("utf-8")))
