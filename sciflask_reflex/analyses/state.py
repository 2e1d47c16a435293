"""The state of an analysis' page, and how changes reach it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import reflex as rx
from reflex.state import BaseState

from sciflask_reflex import routes
from sciflask_reflex.analyses import service
from sciflask_reflex.analyses.result_state import ResultState
from sciflask_reflex.analyses.rows import AnalysisView, analysis_view, is_late
from sciflask_reflex.errors import NotFound, SciflaskError
from sciflask_reflex.gate import current, door
from sciflask_reflex.live import tabs
from sciflask_reflex.models import utcnow


class AnalysisState(ResultState, rx.State):
    """One analysis: progress while it runs, then the result."""

    loaded: bool = False
    missing: bool = False
    kept: str = ""
    """Until when it is kept; empty for ever."""
    _owner: str = ""

    @rx.event
    @door(needs="owner", reads=True)
    async def load(self) -> None:
        """Show the truth from the database; runs on every visit and every reconnect."""
        me = current()
        tabs.follow(self.router.session.client_token, me.owner_id)
        wanted = str(getattr(self, "analysis_id", ""))
        if self.view.id != wanted or self._owner != me.owner_id:
            self._clear()
        self._owner = me.owner_id
        try:
            row = await rx.run_in_thread(lambda: service.get(wanted, owner_id=self._owner))
        except NotFound:
            self.missing, self.loaded = True, True
            return
        until = await rx.run_in_thread(lambda: service.kept_until(wanted, owner_id=self._owner))
        self.kept = until.isoformat() if until else ""
        await self._show(row)
        self.loaded = True

    @rx.event
    @door(needs="owner")
    async def cancel(self) -> None:
        """Stop the analysis, or take it out of the queue."""
        row = await self._act(lambda owner: service.cancel(self.view.id, owner_id=owner))
        if row is not None:
            await self._show(row)

    @rx.event
    @door(needs="owner")
    async def delete(self) -> Any:
        """Remove the analysis and its result, then go back to the person's work."""
        await self._act(lambda owner: service.delete(self.view.id, owner_id=owner))
        if self.problem:
            return None
        self._clear()
        return rx.redirect(routes.PROFILE)

    async def _act(self, act: Callable[[str], Any]) -> Any:
        owner = current().owner_id
        self.problem = ""
        try:
            return await rx.run_in_thread(lambda: act(owner))
        except SciflaskError as error:
            self.problem = error.sentence
            return None

    async def _show(self, row: service.AnalysisRow) -> None:
        await self._show_result(analysis_view(row, utcnow()))
        self.missing = False

    def _reader(self) -> Callable[[str], Path]:
        analysis_id, owner = self.view.id, self._owner
        return lambda name: service.result_path(analysis_id, name, owner_id=owner)

    def _clear(self) -> None:
        self.view, self.tables, self.texts, self.problem, self.kept = AnalysisView(), {}, {}, "", ""
        self.loaded = self.missing = False


async def apply_to_page(root: BaseState, row: service.AnalysisRow | None) -> None:
    """Give a changed analysis to the tab that shows it; with no row, reload what the tab shows."""
    state = await root.get_state(AnalysisState)
    if not state.loaded or not state.view.id or (row is not None and row.id != state.view.id):
        return
    analysis_id, owner = state.view.id, state._owner  # noqa: SLF001 - a tab's owner is kept from the browser
    try:
        truth = row or await rx.run_in_thread(lambda: service.get(analysis_id, owner_id=owner))
    except NotFound:
        state.missing = True
        return
    if is_late(truth, state.view):
        return
    await state._show(truth)  # noqa: SLF001
