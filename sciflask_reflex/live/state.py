"""What every tab knows besides its page: who looks, and what ended while they looked elsewhere."""

from typing import TypedDict

import reflex as rx
from pydantic import BaseModel, Field

from sciflask_reflex.gate import current, door
from sciflask_reflex.live import tabs

MOST_NOTICES = 4


class Notice(TypedDict):
    """One announcement with a link to what it is about."""

    id: str
    tone: str
    text: str
    action: str
    href: str


class NoticeId(BaseModel):
    """Which notice is meant."""

    notice_id: str = Field(max_length=100)


class LiveState(rx.State):
    """The announcements of one tab."""

    notices: list[Notice] = []
    _announced: list[str] = []

    @rx.event
    @door(needs="anyone", reads=True)
    async def join(self) -> None:
        """Start to follow the person's work; runs on every page, and again after every reconnect."""
        tabs.follow(self.router.session.client_token, current().owner_id)

    @rx.event
    @door(needs="anyone", payload=NoticeId, reads=True)
    async def dismiss(self, notice_id: str) -> None:
        """Take one announcement away."""
        self.notices = [item for item in self.notices if item["id"] != notice_id]

    def _announce(self, notice: Notice) -> None:
        """Show an announcement, once."""
        if notice["id"] not in self._announced:
            self._announced = [*self._announced, notice["id"]][-50:]
            self.notices = [*self.notices, notice][-MOST_NOTICES:]
