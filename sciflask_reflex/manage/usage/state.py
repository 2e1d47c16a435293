"""The state of the figures of use."""

from dataclasses import dataclass
from urllib.parse import urlencode

import reflex as rx
from pydantic import BaseModel, Field

from sciflask_reflex import routes
from sciflask_reflex.errors import Invalid
from sciflask_reflex.gate import door
from sciflask_reflex.manage.filled import Filled
from sciflask_reflex.manage.moments import range_of
from sciflask_reflex.manage.parts import Fact
from sciflask_reflex.manage.queue.rows import tool_title
from sciflask_reflex.manage.usage import service
from sciflask_reflex.shell.numbers import shown_bytes


class Word(BaseModel):
    """One of a few words; which ones are known is asked where they are used."""

    value: str = Field(max_length=32)


@dataclass(frozen=True, slots=True)
class UsageView:
    """One line of figures, as read."""

    key: str
    people_new: str
    people_active: str
    studies: str
    analyses: str
    failures: str
    compute_hours: str
    size: str


MOST_LINES = 200


class UsageState(rx.State):
    """Figures of a range of days, grouped one way at a time."""

    by: str = "month"
    measure: str = "analyses"
    first: str = ""
    last: str = ""
    rows: list[UsageView] = []
    totals: list[Fact] = []
    left_out: int = 0
    figure: str = ""
    csv_url: str = ""
    problem: str = ""
    loaded: bool = False

    @rx.event
    @door(needs="admin")
    async def load(self) -> None:
        """Show the figures of the last year, or of the range chosen before."""
        between = range_of(self.first, self.last)
        self.first, self.last = between.first.isoformat(), between.last.isoformat()
        await self._reload()
        self.loaded = True

    @rx.event
    @door(needs="admin", payload=Word)
    async def group_by(self, value: str) -> None:
        """Group the figures another way."""
        self.by = service.dimension(value)
        if self.by == "tool" and self.measure == "people_new":
            self.measure = "analyses"
        await self._reload()

    @rx.event
    @door(needs="admin", payload=Word)
    async def plot(self, value: str) -> None:
        """Plot another figure."""
        self.measure = value if value in service.COLUMNS[1:] else "analyses"
        self._link()

    @rx.event
    @door(needs="admin", payload=Filled)
    async def choose(self, form_data: dict[str, str]) -> None:
        """Show another range of days."""
        try:
            between = range_of(form_data.get("first", ""), form_data.get("last", ""))
        except Invalid as invalid:
            self.problem = invalid.sentence
            return
        self.first, self.last = between.first.isoformat(), between.last.isoformat()
        await self._reload()

    async def _reload(self) -> None:
        between, by = range_of(self.first, self.last), service.dimension(self.by)
        rows, total = await rx.run_in_thread(lambda: (service.usage(by, between), service.total(between)))
        self.problem = ""
        self.rows = [_view(row, by) for row in rows[:MOST_LINES]]
        self.left_out = max(0, len(rows) - MOST_LINES)
        self.totals = _totals(total)
        self._link()

    def _link(self) -> None:
        asked = {"by": self.by, "first": self.first, "last": self.last}
        self.csv_url = f"{routes.MANAGE_USAGE}.csv?{urlencode(asked)}"
        self.figure = f"{routes.MANAGE_FIGURES}/usage.json?{urlencode(asked | {'measure': self.measure})}"


def _view(row: service.Figures, by: service.By) -> UsageView:
    return UsageView(
        tool_title(row.key) if by == "tool" else row.key,
        "–" if row.people_new is None else f"{row.people_new:,}",
        f"{row.people_active:,}",
        f"{row.studies:,}",
        f"{row.analyses:,}",
        f"{row.failures:,}",
        f"{row.compute_hours:,.1f}",
        shown_bytes(row.bytes),
    )


def _totals(total: service.Figures) -> list[Fact]:
    rate = f"{total.failures / total.analyses:.1%} of all" if total.analyses else ""
    return [
        Fact("New people", f"{total.people_new or 0:,}", "accounts and guests"),
        Fact("Active people", f"{total.people_active:,}", "started an analysis"),
        Fact("Studies", f"{total.studies:,}", "without examples"),
        Fact("Analyses", f"{total.analyses:,}"),
        Fact("Failed", f"{total.failures:,}", rate),
        Fact("Compute hours", f"{total.compute_hours:,.1f}"),
        Fact("Data and results", shown_bytes(total.bytes)),
    ]
