"""How fast a body has to arrive: whoever takes a place must use it."""

import time
from asyncio import timeout

from sciflask_reflex.http.asgi import Message, Receive

IDLE_SECONDS = 30.0
GRACE_SECONDS = 60.0
LEAST_BYTES_PER_SECOND = 4 * 1024


class Pace:
    """Counts what has arrived since it was made."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._arrived = 0

    def is_too_slow(self, more: int) -> bool:
        """Count what has just arrived; whether it is too little for the time that it took."""
        self._arrived += more
        seconds = time.monotonic() - self._began
        return seconds > GRACE_SECONDS and self._arrived < seconds * LEAST_BYTES_PER_SECOND


def paced(receive: Receive) -> Receive:
    """Return a channel that hangs up on a sender who is silent for long, or sends next to nothing."""
    pace, whole = Pace(), False

    async def within() -> Message:
        nonlocal whole
        if whole:
            return await receive()
        try:
            async with timeout(IDLE_SECONDS):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        whole = not message.get("more_body", False)
        return {"type": "http.disconnect"} if not whole and pace.is_too_slow(len(message.get("body", b""))) else message

    return within
