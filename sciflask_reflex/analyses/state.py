"""The state of an analysis' page, and how changes reach it."""

from collections.abc import Callable
from typing import Any

import reflex as rx
from pydantic import BaseModel, Field
from reflex.state import BaseState

from sciflask_reflex import routes
from sciflask_reflex.analyses import service
from sciflask_reflex.analyses.rows import AnalysisView, analysis_view, is_late
from sciflask_reflex.analyses.tables import TablePage, table_page
from sciflask_reflex.errors import NotFound, SciflaskError
from sciflask_reflex.gate import current, door
from sciflask_reflex.live import tabs
from sciflask_reflex.models import utcnow


class TableTurn(BaseModel):
    """Which page of which table."""

    name: str = Field(max_length=64)
    page: int = Field(ge=1, le=10_000_000)


class TableSort(BaseModel):
    """By which column a table is sorted."""

    name: str = Field(max_length=64)
    column: str = Field(max_length=300)


class TableSearch(BaseModel):
    """Which words the rows of a table must hold."""

    name: str = Field(max_length=64)
    query: str = Field(max_length=200)


class AnalysisState(rx.State):
    """One analysis: progress while it runs, then the result."""

    view: AnalysisView = AnalysisView()
    tables: dict[str, TablePage] = {}
    loaded: bool = False
    missing: bool = False
    problem: str = ""
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

    @rx.event
    @door(needs="owner", payload=TableTurn, reads=True)
    async def turn_to(self, name: str, page: int) -> None:
        """Show another page of a table."""
        await self._load_table(name, page=page)

    @rx.event
    @door(needs="owner", payload=TableSort, reads=True)
    async def sort_by(self, name: str, column: str) -> None:
        """Sort a table by a column; the same column again turns the order round."""
        shown = self.tables.get(name, TablePage())
        await self._load_table(name, sort=column, descending=not shown.descending if shown.sort == column else False)

    @rx.event
    @door(needs="owner", payload=TableSearch, reads=True)
    async def search(self, name: str, query: str) -> None:
        """Keep the rows of a table that hold some words."""
        await self._load_table(name, query=query)

    async def _act(self, act: Callable[[str], Any]) -> Any:
        owner = current().owner_id
        self.problem = ""
        try:
            return await rx.run_in_thread(lambda: act(owner))
        except SciflaskError as error:
            self.problem = error.sentence
            return None

    async def _show(self, row: service.AnalysisRow) -> None:
        was_done = self.view.is_done
        self.view, self.missing = analysis_view(row, utcnow()), False
        if self.view.is_done and not (was_done and self.tables):
            for output in self.view.outputs:
                if output.kind == "table":
                    await self._load_table(output.name)

    async def _load_table(self, name: str, **changes: Any) -> None:
        """Read one page of a table, as far as the analysis is the person's. A matrix is to be downloaded, not turned over."""
        if name not in {output.name for output in self.view.outputs if output.kind == "table"}:
            return
        shown = self.tables.get(name, TablePage())
        wanted = {"page": 1, "sort": shown.sort, "descending": shown.descending, "query": shown.query} | changes
        analysis_id, owner = self.view.id, self._owner

        def read() -> TablePage:
            return table_page(service.result_path(analysis_id, f"{name}.csv", owner_id=owner), **wanted)

        try:
            self.tables = self.tables | {name: await rx.run_in_thread(read)}
        except FileNotFoundError:
            self.problem = NotFound("file").sentence  # it was deleted meanwhile
        except SciflaskError as error:
            self.problem = error.sentence

    def _clear(self) -> None:
        self.view, self.tables, self.loaded, self.missing, self.problem = AnalysisView(), {}, False, False, ""


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
