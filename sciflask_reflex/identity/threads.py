"""Threads that know who acts: work that a handler hands to one is written down as that handler's actor's."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

T = TypeVar("T")


class Carrying(ThreadPoolExecutor):
    """A pool of threads that runs each piece of work in the context of whoever handed it in; an event loop by itself does not."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Hand in a piece of work."""
        return super().submit(copy_context().run, fn, *args, **kwargs)


def carry_context() -> None:
    """Let the running event loop's own threads, which ``rx.run_in_thread`` uses, know who acts. Called once, as the site starts."""
    most = min(32, (os.cpu_count() or 1) + 4)  # as many as asyncio itself would have
    asyncio.get_running_loop().set_default_executor(Carrying(most, thread_name_prefix="work"))
