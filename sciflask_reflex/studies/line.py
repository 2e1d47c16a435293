"""The line in front of the data check. Who waits in it holds no thread that others need, and nobody fills it alone."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sciflask_reflex.http.slots import Slots
from sciflask_reflex.identity.threads import Carrying
from sciflask_reflex.studies.checking import AT_ONCE

T = TypeVar("T")

LINE = Slots(total=80, each=2, sentence="Many files are being checked just now. Try again in a minute.")
"""A class that presses the button at once gets in; one person has two places."""

# Two more than checks may run: what was checked before is recalled, and needs not wait for the checks of others.
_threads = Carrying(AT_ONCE + 2, thread_name_prefix="check")


async def in_line(owner_id: str, work: Callable[[], T]) -> T:
    """Run work that may check files, when it is its turn.

    Raises:
        TooOften: If the owner has two places already, or the line is as long as it may be.
    """
    with LINE.take(owner_id):
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
