"""What happened in the person's account."""

import reflex as rx

from sciflask_reflex.account import activity
from sciflask_reflex.account.activity import EventRow
from sciflask_reflex.gate import current, door
from sciflask_reflex.identity.cookies import hash_of
from sciflask_reflex.identity.visit import this_visit


class ActivityState(rx.State):
    """The log of the person who looks, a page at a time."""

    rows: list[EventRow] = []
    has_more: bool = False

    @rx.event
    @door(needs="user", reads=True)
    async def load(self) -> None:
        """Show the newest events."""
        await self._add([])

    @rx.event
    @door(needs="user", per_minute=60, reads=True)
    async def more(self) -> None:
        """Show older ones, too."""
        await self._add(self.rows)

    async def _add(self, shown: list[EventRow]) -> None:
        owner_id, visit = current().owner_id, this_visit()
        mine, before = hash_of(visit.token), shown[-1].id if shown else None
        rows, self.has_more = await rx.run_in_thread(lambda: activity.events_of(owner_id, session_sha256=mine, ip=visit.ip, before=before))
        self.rows = [*shown, *rows]
