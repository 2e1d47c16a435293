"""Addresses without a slash at the end: ``/profile`` is the page, not a detour to ``/profile/``."""

from functools import cache
from pathlib import Path

from sciflask_reflex.http.asgi import Guard, Receive, Scope, Send

PAGES = Path(".web/build/client")


@cache
def _pages() -> frozenset[str]:
    """Return the path of every page that was drawn at build time."""
    return frozenset(f"/{page.parent.relative_to(PAGES)}" for page in PAGES.rglob("index.html") if page.parent != PAGES)


class CleanPaths(Guard):
    """Gives a page's address to the file server in the form that it keeps it in."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite the path of a page, pass on everything else."""
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and scope["path"] in _pages():
            scope = {**scope, "path": scope["path"] + "/", "raw_path": scope["path"].encode() + b"/"}
        await self.app(scope, receive, send)
