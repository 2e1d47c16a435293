"""Addresses that are never served, whatever an inner app would make of them."""

import re

from sciflask_reflex.http.asgi import Guard, Receive, Scope, Send, refuse

NEVER = ("/_all_routes", "/auth-codespace")
STRANGE = re.compile(r"[\x00-\x1f\x7f\\]")


def hidden(path: str, method: str) -> bool:
    """Whether nothing must ever be found here: internals, dotfiles, climbing paths, and the public folder of uploads."""
    if path.startswith("/_upload") and method in ("GET", "HEAD"):
        return True
    if any(path == name or path.startswith(name + "/") for name in NEVER) or STRANGE.search(path) or len(path) > 2_000:
        return True
    return any(part.startswith(".") and part != ".well-known" for part in path.split("/"))


class Hidden(Guard):
    """Answers 404 for what is never served."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse or pass on."""
        if scope["type"] == "http" and hidden(scope["path"], scope["method"]):
            await refuse(scope, receive, send, 404, "There is nothing here.")
            return
        await self.app(scope, receive, send)
