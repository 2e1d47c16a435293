"""Where the person is signed in."""

import reflex as rx
from pydantic import BaseModel, Field

from sciflask_reflex.gate import current, door
from sciflask_reflex.identity import session_list
from sciflask_reflex.identity.session_list import SessionRow
from sciflask_reflex.identity.visit import this_visit


class SessionId(BaseModel):
    """Which session is meant."""

    session_id: int = Field(ge=1, le=2**31 - 1)


class SessionsState(rx.State):
    """The list of sessions. Ids open nothing; the tokens stay where they are."""

    rows: list[SessionRow] = []
    said: str = ""

    @rx.var
    def has_others(self) -> bool:
        """Whether the person is signed in elsewhere, too."""
        return any(not row.is_this for row in self.rows)

    @rx.event
    @door(needs="user", reads=True)
    async def load(self) -> None:
        """Show the sessions."""
        self.said = ""
        await self._reload()

    @rx.event
    @door(needs="user", payload=SessionId, per_minute=30)
    async def revoke(self, session_id: int) -> None:
        """End one session."""
        owner_id = current().owner_id
        await rx.run_in_thread(lambda: session_list.revoke(session_id, owner_id=owner_id))
        await self._reload()
        self.said = "The session has ended."

    @rx.event
    @door(needs="user", per_minute=30)
    async def revoke_others(self) -> None:
        """End every session but this one."""
        owner_id, token = current().owner_id, this_visit().token
        count = await rx.run_in_thread(lambda: session_list.revoke_others(owner_id, token))
        await self._reload()
        self.said = "One session has ended." if count == 1 else f"{count} sessions have ended."

    async def _reload(self) -> None:
        owner_id, token = current().owner_id, this_visit().token
        self.rows = await rx.run_in_thread(lambda: session_list.list_for(owner_id, token))
