"""Pictures by matplotlib, in one thread of their own: the event loop never waits, and the library never has two at once.

What asks for a picture says how large it is; nothing that a visitor sends makes one larger. Nothing is kept.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar, cast

from sciflask_reflex.errors import Unavailable
from sciflask_reflex.http.slots import Slots
from sciflask_reflex.identity.threads import Carrying

T = TypeVar("T")
SECONDS = 20.0
"""After so long nobody waits for a picture any more; the first one loads the library."""
INK = "#7b848c"
"""Legible on light and on dark: a picture cannot follow the page's colours."""
STYLE: dict[str, Any] = {
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": INK, "xtick.color": INK, "ytick.color": INK,
    "axes.spines.top": False, "axes.spines.right": False, "savefig.transparent": True, "font.size": 11, "svg.fonttype": "none",
}  # fmt: skip
BUSY = "Too many pictures are being drawn at once. Wait a moment, then reload the page."
LATE = "The picture took too long and was given up. Reload the page to try again."
PLACES = Slots(total=48, each=32, sentence=BUSY)
"""Enough for a class of students behind one address."""

_thread = Carrying(1, thread_name_prefix="gallery")


async def drawn(network: str, draw: Callable[[], T]) -> T:
    """Return what ``draw`` returns.

    Raises:
        TooOften: If too many wait already.
        Unavailable: If it takes too long.
    """
    with PLACES.take(network):
        try:
            return await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(_thread, _styled, draw), SECONDS)
        except TimeoutError:
            raise Unavailable(LATE) from None


def _styled(draw: Callable[[], T]) -> T:
    import matplotlib as mpl

    with mpl.rc_context(cast("Any", STYLE)):
        return draw()
