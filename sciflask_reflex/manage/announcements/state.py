"""The state of the page of announcements."""

from dataclasses import dataclass

import reflex as rx
from pydantic import BaseModel, Field

from sciflask_reflex.errors import Invalid
from sciflask_reflex.gate import door
from sciflask_reflex.manage.announcements import service
from sciflask_reflex.manage.filled import Filled


class AnnouncementId(BaseModel):
    """Which announcement is meant."""

    announcement_id: int = Field(ge=1, le=2**31 - 1)


@dataclass(frozen=True, slots=True)
class AnnouncementView:
    """One announcement, as the list shows it."""

    id: int
    text: str
    tone: str
    starts: str
    ends: str
    is_shown: bool


class AnnouncementsState(rx.State):
    """The sentences that every page shows for a while."""

    rows: list[AnnouncementView] = []
    errors: dict[str, str] = {}
    problem: str = ""
    said: str = ""
    form_key: int = 0
    loaded: bool = False

    @rx.event
    @door(needs="admin")
    async def load(self) -> None:
        """Show all announcements."""
        self.problem, self.said, self.errors = "", "", {}
        await self._reload()
        self.loaded = True

    @rx.event
    @door(needs="admin", payload=Filled)
    async def announce(self, form_data: dict[str, str]) -> None:
        """Show a sentence on every page."""
        hours = form_data.get("hours", "").strip()
        self.problem, self.said, self.errors = "", "", {}
        wanted = int(hours) if hours.isascii() and hours.isdigit() else None if not hours else 0
        try:
            await rx.run_in_thread(lambda: service.announce(form_data.get("text", ""), form_data.get("tone", ""), wanted))
        except Invalid as invalid:
            self.problem, self.errors = invalid.sentence, invalid.fields
            return
        self.said = "Everybody sees it from now on."
        self.form_key += 1
        await self._reload()

    @rx.event
    @door(needs="admin", payload=AnnouncementId)
    async def end(self, announcement_id: int) -> None:
        """Show an announcement no longer."""
        await rx.run_in_thread(lambda: service.end(announcement_id))
        self.problem, self.said = "", "It is shown no longer."
        await self._reload()

    async def _reload(self) -> None:
        self.rows = [
            AnnouncementView(
                row.id, row.text, row.tone, row.starts_at.isoformat(), row.ends_at.isoformat() if row.ends_at else "", row.is_shown
            )
            for row in await rx.run_in_thread(service.announcements)
        ]
