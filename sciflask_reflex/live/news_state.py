"""What stands above every page: announcements, and as whom an admin looks at the site."""

from typing import Any

import reflex as rx
from pydantic import BaseModel, Field
from reflex.state import BaseState

from sciflask_reflex.gate import current, door
from sciflask_reflex.live import news
from sciflask_reflex.live.news import News


class NewsId(BaseModel):
    """Which announcement is meant."""

    news_id: int = Field(ge=0, le=2**31)


class NewsState(rx.State):
    """The announcements of one tab, without those that were dismissed there."""

    news: list[News] = []
    seen_as: str = ""
    """As whom an admin looks at the site; empty otherwise."""
    _dismissed: list[int] = []

    @rx.event
    @door(reads=True)
    async def load(self) -> None:
        """Show what there is to say now. Goes into the ``on_load`` of every page."""
        me = current()
        self.seen_as = (f"{me.name} ({me.email})" if me.email else f"Guest {me.owner_id[:8]}") if me.viewed_by else ""
        self._show(await rx.run_in_thread(news.present))

    @rx.event
    @door(payload=NewsId, reads=True)
    async def dismiss(self, news_id: int) -> None:
        """Take an announcement away, in this tab."""
        self._dismissed = [*self._dismissed, news_id][-50:]
        self._show(self.news)

    def _show(self, found: list[News]) -> None:
        self.news = [item for item in found if item["id"] not in self._dismissed]


async def apply_news(root: BaseState, row: Any) -> None:
    """Show a tab the announcements anew; what happens to one analysis is no reason to."""
    if row is None:
        (await root.get_state(NewsState))._show(await rx.run_in_thread(news.present))  # noqa: SLF001
