"""Addresses without a slash at the end: ``/profile`` is the page, not a detour to ``/profile/``."""

from functools import cache

from sciflask_reflex.http.asgi import Guard, Receive, Scope, Send
from sciflask_reflex.http.csp import built_pages


@cache
def _pages() -> frozenset[str]:
    """Return the path of every page that was drawn at build time."""
    folder = built_pages()
    return frozenset(f"/{page.parent.relative_to(folder)}" for page in folder.rglob("index.html") if page.parent != folder)


class CleanPaths(Guard):
    """Gives a page's address to the file server in the form that it keeps it in."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite the path of a page, pass on everything else."""
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and scope["path"] in _pages():
            scope = {**scope, "path": scope["path"] + "/", "raw_path": scope["path"].encode() + b"/"}
        await self.app(scope, receive, send)
