"""The line in front of the check: it slows nobody who does not stand in it."""

import asyncio
import os
from threading import Event as Flag

import anyio.to_thread
import pytest

from sciflask_reflex.errors import TooOften
from sciflask_reflex.studies.line import LINE, in_line

pytestmark = pytest.mark.anyio
MORE_THAN_THREADS = max(40, (os.cpu_count() or 1) + 4) + 1


async def test_those_who_wait_hold_no_thread_that_others_need():
    go_on = Flag()
    waiting = [asyncio.create_task(in_line(f"owner {number}", lambda: go_on.wait(20))) for number in range(MORE_THAN_THREADS)]
    try:
        await asyncio.sleep(0)
        assert LINE.taken == MORE_THAN_THREADS
        assert await asyncio.wait_for(anyio.to_thread.run_sync(lambda: "api"), 5) == "api"
        assert await asyncio.wait_for(asyncio.to_thread(lambda: "page"), 5) == "page"
    finally:
        go_on.set()
        assert all(await asyncio.gather(*waiting))
    assert LINE.taken == 0


async def test_one_person_does_not_fill_the_line():
    go_on = Flag()
    mine = [asyncio.create_task(in_line("me", lambda: go_on.wait(20))) for _ in range(LINE.each)]
    try:
        await asyncio.sleep(0)
        with pytest.raises(TooOften):
            await in_line("me", lambda: True)
        other = asyncio.create_task(in_line("somebody else", lambda: True))
    finally:
        go_on.set()
    assert await other
    assert all(await asyncio.gather(*mine))
    assert await in_line("me", lambda: True)
