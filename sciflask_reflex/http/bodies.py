"""No request body may be larger than what its address takes."""

from starlette.exceptions import HTTPException

from sciflask_reflex.http.asgi import Guard, Message, Receive, Scope, Send, header, refuse

MAX_BODY_BYTES = 1024 * 1024
OWN_LIMIT = ("/_upload", "/api/v1/uploads")
TOO_LARGE = "The request is too large."


class _Cut(HTTPException):
    """More came than was allowed; a web framework inside makes its own answer of it."""


class BodyLimit(Guard):
    """Answers 413 once a body is larger than 1 MiB, counted, whatever its headers say. Uploads have a limit of their own."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse or pass on, counting."""
        if scope["type"] != "http" or scope["path"].rstrip("/") in OWN_LIMIT:
            await self.app(scope, receive, send)
            return
        declared = header(scope, "content-length")
        if declared is not None and not (declared.isdecimal() and int(declared) <= MAX_BODY_BYTES):
            await refuse(scope, receive, send, 413 if declared.isdecimal() else 400, TOO_LARGE)
            return
        seen, started = 0, False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > MAX_BODY_BYTES:
                raise _Cut(413, TOO_LARGE)
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, counted, watched)
        except _Cut:
            if not started:
                await refuse(scope, receive, send, 413, TOO_LARGE)
