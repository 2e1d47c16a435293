"""How many requests this process answered, and how."""

from collections import Counter

from sciflask_reflex.http.asgi import Guard, Message, Receive, Scope, Send

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REQUESTS: Counter[tuple[str, str]] = Counter()
"""(method, status class) → number of answers."""


class Counting(Guard):
    """Counts answers by method and class of status."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and count the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                method = scope["method"] if scope["method"] in METHODS else "other"
                REQUESTS[method, f"{message['status'] // 100}xx"] += 1
            await send(message)

        await self.app(scope, receive, counted)
