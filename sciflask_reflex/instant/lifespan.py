"""What live tools need for as long as a web process runs: a tidy shelf at its start, and nothing left at its end."""

import asyncio

import reflex as rx

from sciflask_reflex.instant import shelf
from sciflask_reflex.instant.keeper import keeper


async def keep_warm() -> None:
    """Serve until cancelled. The warm child itself starts with the first wish."""
    await rx.run_in_thread(shelf.tidy)
    try:
        await asyncio.Event().wait()
    finally:
        keeper().close()
        keeper.cache_clear()
