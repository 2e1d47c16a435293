"""Wakes those who wait for news of an analysis. One subscription for all of them, only while somebody waits."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing, contextmanager

from sciflask_reflex.jobs import events


class Hints:
    """Who waits for which analysis, on this event loop."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def of(self, analysis_id: str) -> Iterator[asyncio.Event]:
        """Yield a flag that is raised whenever the analysis may have changed."""
        flag = asyncio.Event()
        self._waiting.setdefault(analysis_id, set()).add(flag)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._pass_on())
        try:
            yield flag
        finally:
            flags = self._waiting[analysis_id]
            flags.discard(flag)
            if not flags:
                del self._waiting[analysis_id]
            if not self._waiting:
                self._task.cancel()
                self._task = None

    async def _pass_on(self) -> None:
        async with aclosing(events.listen()) as heard:  # pyright: ignore[reportArgumentType]
            async for event in heard:
                names = tuple(self._waiting) if event.get("resync") else (event["analysis"],)
                for name in names:
                    for flag in self._waiting.get(name, ()):
                        flag.set()


HINTS = Hints()
