"""The state of the audit log's page."""

import json
from dataclasses import dataclass
from urllib.parse import urlencode

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.account.activity import in_words
from sciflask_reflex.errors import Invalid
from sciflask_reflex.gate import door
from sciflask_reflex.manage.filled import Filled
from sciflask_reflex.manage.log import service
from sciflask_reflex.manage.moments import range_of

DAYS = 30


@dataclass(frozen=True, slots=True)
class EventView:
    """One line of the log, as read."""

    at: str
    actor: str
    subject: str
    what: str
    """The tag in words."""
    tag: str
    thing: str
    outcome: str
    detail: str


class LogState(rx.State):
    """Who did what."""

    rows: list[EventView] = []
    person: str = ""
    tag: str = ""
    outcome: str = ""
    first: str = ""
    last: str = ""
    more: bool = False
    csv_url: str = ""
    problem: str = ""
    loaded: bool = False
    _before: int | None = None

    @rx.event
    @door(needs="admin")
    async def load(self) -> None:
        """Show the newest events of what was searched for last."""
        between = range_of(self.first, self.last, days=DAYS)
        self.first, self.last = between.first.isoformat(), between.last.isoformat()
        await self._reload()
        self.loaded = True

    @rx.event
    @door(needs="admin", payload=Filled)
    async def search(self, form_data: dict[str, str]) -> None:
        """Show what fits."""
        try:
            between = range_of(form_data.get("first", ""), form_data.get("last", ""), days=DAYS)
        except Invalid as invalid:
            self.problem = invalid.sentence
            return
        self.first, self.last = between.first.isoformat(), between.last.isoformat()
        self.person, self.tag = form_data.get("person", "").strip()[:200], form_data.get("tag", "").strip()[:64]
        self.outcome = form_data.get("outcome", "")[:16]
        await self._reload()

    @rx.event
    @door(needs="admin")
    async def show_older(self) -> None:
        """Show the next page, too."""
        if self._before is not None:
            await self._add(self._before)

    async def _reload(self) -> None:
        self.rows, self.problem, self._before = [], "", None
        asked = {"person": self.person, "tag": self.tag, "outcome": self.outcome, "first": self.first, "last": self.last}
        self.csv_url = f"{routes.MANAGE_LOG}.csv?{urlencode(asked)}"
        await self._add(None)

    async def _add(self, before: int | None) -> None:
        wanted = service.Wanted(range_of(self.first, self.last), self.person, self.tag, self.outcome)
        found, self.more = await rx.run_in_thread(lambda: service.events(wanted, before=before))
        self.rows = [*self.rows, *[_view(row) for row in found]]
        self._before = found[-1].id if found else before


def _view(row: service.EventRow) -> EventView:
    return EventView(row.at.isoformat(), row.actor, row.subject, in_words(row.tag), row.tag, row.thing, row.outcome, _details(row.detail))


def _details(text: str) -> str:
    """Return what belongs to an event as words instead of JSON."""
    return ", ".join(f"{name}: {value}" for name, value in json.loads(text).items()) if text else ""
