"""Services are plain functions that may wait; the event loop never does."""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import to_thread

P = ParamSpec("P")
T = TypeVar("T")


async def run(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a service in a thread and return what it returns."""
    return await to_thread.run_sync(partial(function, *args, **kwargs))
