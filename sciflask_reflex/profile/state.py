"""The state of a person's overview; its rows change by themselves while jobs run."""

from collections.abc import Callable
from typing import Any

import reflex as rx
from pydantic import BaseModel, Field
from reflex.state import BaseState

from sciflask_reflex import routes
from sciflask_reflex.analyses import service as analyses
from sciflask_reflex.analyses.rows import AnalysisView, analysis_card, is_late
from sciflask_reflex.errors import SciflaskError
from sciflask_reflex.gate import current, door
from sciflask_reflex.http.flash import read_flash
from sciflask_reflex.identity.details import Details, details_of
from sciflask_reflex.identity.visit import this_visit
from sciflask_reflex.live import tabs
from sciflask_reflex.models import utcnow
from sciflask_reflex.profile.rows import StudyCard, study_card
from sciflask_reflex.studies import service as studies
from sciflask_reflex.studies.allowance import Allowance, allowance_of

PAGE = 50
"""Analyses that are listed at first, and how many more at a time."""


class AnalysisId(BaseModel):
    """Which analysis is meant."""

    analysis_id: str = Field(pattern=r"^[0-9a-f]{32}$")


class StudyId(BaseModel):
    """Which study is meant."""

    study_id: str = Field(pattern=r"^[0-9a-f]{32}$")


class ProfileState(rx.State):
    """Studies and analyses of the person who looks."""

    studies: list[StudyCard] = []
    analyses: list[AnalysisView] = []
    has_more: bool = False
    """Whether there are older analyses than those that are listed."""
    allowance: Allowance = Allowance()
    details: Details = Details()
    loaded: bool = False
    problem: str = ""
    welcome: str = ""
    """What the form has to say that led here, as the button that confirms an address."""
    _owner: str = ""
    _role: str = ""
    _most: int = PAGE

    @rx.event
    @door(needs="anyone", reads=True)
    async def load(self) -> None:
        """Show the truth from the database."""
        me = current()
        tabs.follow(self.router.session.client_token, me.owner_id)
        self.problem = ""
        self.welcome = read_flash(this_visit().cookie, routes.PROFILE).sentence
        if me.owner_id != self._owner:
            self._most = PAGE
        self._owner, self._role = me.owner_id, me.role
        self.details = await rx.run_in_thread(lambda: details_of(me.owner_id)) if me.signed_in else Details()
        await self._reload()

    @rx.event
    @door(needs="owner", per_minute=60, reads=True)
    async def show_older(self) -> None:
        """List older analyses, too."""
        self._owner, self._role = current().owner_id, current().role
        self._most += PAGE
        await self._reload()

    @rx.event
    @door(needs="owner", payload=AnalysisId)
    async def cancel(self, analysis_id: str) -> None:
        """Stop an analysis, or take it out of the queue."""
        await self._act(lambda owner: analyses.cancel(analysis_id, owner_id=owner))

    @rx.event
    @door(needs="owner", payload=AnalysisId)
    async def delete_analysis(self, analysis_id: str) -> None:
        """Remove an analysis and its result."""
        await self._act(lambda owner: analyses.delete(analysis_id, owner_id=owner))

    @rx.event
    @door(needs="owner", payload=StudyId)
    async def delete_study(self, study_id: str) -> None:
        """Remove a study with its files and analyses."""
        await self._act(lambda owner: studies.delete(study_id, owner_id=owner))

    async def _act(self, act: Callable[[str], Any]) -> None:
        self._owner, self._role = current().owner_id, current().role
        self.problem = ""
        try:
            await rx.run_in_thread(lambda: act(self._owner))
        except SciflaskError as error:
            self.problem = error.sentence
        await self._reload()

    async def _reload(self) -> None:
        owner, role, most = self._owner, self._role, self._most
        if owner:
            rows, runs = await rx.run_in_thread(lambda: (studies.list_for(owner), analyses.list_for(owner, limit=most + 1)))
            self.allowance = await rx.run_in_thread(lambda: allowance_of(owner, role))
            self.studies = [study_card(row) for row in rows]
            self.analyses = [analysis_card(row, utcnow()) for row in runs[:most]]
            self.has_more = len(runs) > most
        else:
            self.studies, self.analyses, self.has_more, self.allowance = [], [], False, Allowance()
        self.loaded = True


async def apply_to_profile(root: BaseState, row: analyses.AnalysisRow | None) -> None:
    """Give a changed analysis to a tab that shows the overview; with no row, reload the overview."""
    state = await root.get_state(ProfileState)
    if not state.loaded:
        return
    shown = next((item for item in state.analyses if row is not None and item.id == row.id), None)
    if row is None or shown is None:
        await state._reload()  # noqa: SLF001
        return
    if is_late(row, shown):
        return
    state.analyses = [analysis_card(row, utcnow()) if item.id == row.id else item for item in state.analyses]
