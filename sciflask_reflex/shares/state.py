"""The states of private links: the owner's dialog, the guest's mail, and the page behind a link."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import reflex as rx
from pydantic import BaseModel, Field

from sciflask_reflex import storage
from sciflask_reflex.analyses import service as analyses
from sciflask_reflex.analyses.result_state import ResultState
from sciflask_reflex.analyses.rows import AnalysisView, analysis_view
from sciflask_reflex.errors import Invalid, NotFound, SciflaskError
from sciflask_reflex.gate import current, door
from sciflask_reflex.identity.visit import this_visit
from sciflask_reflex.models import utcnow
from sciflask_reflex.shares import mailing, opening, service
from sciflask_reflex.shares.rows import ShareCard, share_card


class Order(BaseModel):
    """What the form of a new link sends; a control that is not shown sends nothing."""

    form_data: dict[str, str | None] = Field(max_length=4)


class ShareId(BaseModel):
    """Which link is meant."""

    share_id: str = Field(pattern=r"^[0-9a-f]{32}$")


class ShareState(rx.State):
    """The links to the analysis that the page shows."""

    shares: list[ShareCard] = []
    problem: str = ""
    mail_problem: str = ""
    mailed: str = ""
    """Until when the link is good that was just mailed."""
    guest: bool = False

    @rx.event
    @door(needs="owner", reads=True)
    async def load(self) -> None:
        """Show the links that there are. Goes with the page, and with every opening of the dialog."""
        self.problem = self.mail_problem = self.mailed = ""
        self.guest = current().is_guest
        await self._list()

    @rx.event
    @door(needs="owner", payload=Order, per_minute=30)
    async def create(self, form_data: dict[str, str | None]) -> None:
        """Make a link."""
        days = form_data.get("days") or ""
        wanted = int(days) if days.isdecimal() and len(days) < 4 else service.DAYS[0]
        await self._act(lambda analysis_id, owner: service.create(analysis_id, owner_id=owner, days=wanted))

    @rx.event
    @door(needs="owner", payload=ShareId, per_minute=60)
    async def revoke(self, share_id: str) -> None:
        """Make a link lead nowhere."""
        await self._act(lambda _, owner: service.revoke(share_id, owner_id=owner))

    @rx.event
    @door(needs="owner", payload=Order, per_minute=20)
    async def mail(self, form_data: dict[str, str | None]) -> None:
        """Mail a link to a guest."""
        self.mail_problem = self.mailed = ""
        asker = mailing.Asker(current().owner_id, this_visit().ip)
        analysis_id, email = self._analysis(), form_data.get("email") or ""
        try:
            until = await rx.run_in_thread(lambda: mailing.mail_link(analysis_id, email, asker))
        except Invalid as error:
            self.mail_problem = next(iter(error.fields.values()), error.sentence)
        except SciflaskError as error:
            self.mail_problem = error.sentence
        else:
            self.mailed = until.isoformat()
            await self._list()

    def _analysis(self) -> str:
        """Return which analysis the address names, if it is an id at all."""
        named = str(getattr(self, "analysis_id", ""))
        return named if storage.ID.fullmatch(named) else ""

    async def _act(self, act: Callable[[str, str], Any]) -> None:
        analysis_id, owner = self._analysis(), current().owner_id
        self.problem = ""
        try:
            await rx.run_in_thread(lambda: act(analysis_id, owner))
        except SciflaskError as error:
            self.problem = error.sentence
        await self._list()

    async def _list(self) -> None:
        analysis_id, owner = self._analysis(), current().owner_id
        rows = await rx.run_in_thread(lambda: service.list_for(analysis_id, owner_id=owner))
        self.shares = [share_card(row) for row in rows]


class SharedState(ResultState, rx.State):
    """A result as anybody sees it who has its link. The token is in the page's address and nowhere else."""

    loaded: bool = False
    missing: bool = False
    expires: str = ""

    @rx.event
    @door(needs="anyone", reads=True, per_minute=60)
    async def load(self) -> None:
        """Show what the link leads to."""
        token, shown = self._link(), self.view.id
        try:
            shared = await rx.run_in_thread(lambda: opening.open_link(token))
            if shared.analysis_id != shown:
                self._clear()
                await rx.run_in_thread(lambda: opening.open_link(token, count=True))
            row = await rx.run_in_thread(lambda: analyses.get(shared.analysis_id, owner_id=shared.owner_id))
        except NotFound:
            self._clear()
            self.missing = self.loaded = True
            return
        self.expires = shared.expires_at.isoformat()
        await self._show_result(analysis_view(row, utcnow(), files="/files"))
        self.missing, self.loaded = False, True

    def _link(self) -> str:
        return str(getattr(self, "token", ""))

    def _reader(self) -> Callable[[str], Path]:
        token = self._link()

        def path_of(name: str) -> Path:
            shared = opening.open_link(token)
            return analyses.result_path(shared.analysis_id, name, owner_id=shared.owner_id)

        return path_of

    def _clear(self) -> None:
        self.view, self.tables, self.texts, self.problem, self.expires = AnalysisView(), {}, {}, "", ""
        self.loaded = self.missing = False
