"""What every page that shows a result keeps of it: the view, and the pages of its tables that are looked at."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import reflex as rx
from anyio import CapacityLimiter

from sciflask_reflex.analyses.outputs import OutputView, TableView
from sciflask_reflex.analyses.rows import AnalysisView
from sciflask_reflex.analyses.stored_tables import Stored, rows_of, stored_page, suggested
from sciflask_reflex.analyses.table_page import TablePage
from sciflask_reflex.analyses.table_payloads import TableNarrow, TableSearch, TableSort, TableSuggest, TableTurn
from sciflask_reflex.analyses.tables import table_page
from sciflask_reflex.analyses.texts import TextShown, text_shown
from sciflask_reflex.errors import NotFound, SciflaskError
from sciflask_reflex.gate import door

T = TypeVar("T")
QUIET_SECONDS = 0.25
"""What takes no longer is not worth a word."""


_limiters: dict[str, CapacityLimiter] = {}


def _readers() -> CapacityLimiter:
    """Return the limit of tables that are looked through at once: a long one takes seconds, and everybody's events need threads."""
    return _limiters.setdefault("look", CapacityLimiter(2))


class ResultState(rx.State, mixin=True):
    """A result on a page. Whose it is, and by which right it is read, is the page's own matter: see ``_reader``."""

    view: AnalysisView = AnalysisView()
    tables: dict[str, TablePage] = {}
    suggestions: dict[str, list[str]] = {}
    """What is offered below a field that narrows a table, by the names of both."""
    texts: dict[str, TextShown] = {}
    problem: str = ""
    _typed: dict[str, dict[str, str]] = {}
    """What the fields held when they were sent last, by table."""
    _looks: dict[str, int] = {}
    """How often each table was looked at: what was asked for last is what is shown."""

    @rx.event(background=True)
    @door(needs="anyone", payload=TableTurn, reads=True)
    async def turn_to(self, name: str, page: int) -> None:
        """Show another page of a table."""
        await self._look(name, page=page)

    @rx.event(background=True)
    @door(needs="anyone", payload=TableNarrow, reads=True, per_minute=600)
    async def narrow(self, name: str, values: dict[str, str]) -> None:
        """Narrow a table of stored rows by what its fields hold."""
        await self._look(name, typed=values)

    @rx.event
    @door(needs="anyone", payload=TableSuggest, reads=True, per_minute=600)
    async def suggest(self, name: str, by: str, text: str) -> None:
        """Offer values for a field that narrows a table of stored rows."""
        table = self._table(name)
        if table is None or not table.reader:
            return
        stored = self._stored(table)
        found, field = await self._read(lambda: suggested(rows_of(stored()), by, text)), f"{name}.{by}"
        if found or (found is not None and field in self.suggestions):  # a name that is no filter's is not remembered
            self.suggestions = self.suggestions | {field: found}

    @rx.event
    @door(needs="anyone", payload=TableSort, reads=True)
    async def sort_by(self, name: str, column: str) -> None:
        """Sort a table by a column; the same column again turns the order round."""
        shown = self.tables.get(name, TablePage())
        await self._load_table(name, sort=column, descending=not shown.descending if shown.sort == column else False)

    @rx.event
    @door(needs="anyone", payload=TableSearch, reads=True)
    async def search(self, name: str, query: str) -> None:
        """Keep the rows of a table that hold some words."""
        await self._load_table(name, query=query)

    def _reader(self) -> Any:
        """Return a function that finds the path of a result file by its name, and asks for the right to read it each time."""
        raise NotImplementedError

    async def _show_result(self, view: AnalysisView) -> None:
        was_done = self.view.is_done and self.view.id == view.id
        self.view = view
        if view.is_done and not (was_done and (self.tables or self.texts)):
            self.texts, self.suggestions, self._typed = {}, {}, {}
            for table in self._tables():
                await self._load_table(table.name)
            for output in self._outputs():
                if output.kind == "text":
                    await self._load_text(output.name)

    def _outputs(self) -> list[OutputView]:
        return [output for section in self.view.sections for output in section.outputs]

    def _tables(self) -> list[TableView]:
        return [table for output in self._outputs() for table in output.tables]

    def _table(self, name: str) -> TableView | None:
        """Return a table by its name. A matrix is to be downloaded, not turned over."""
        return next((table for table in self._tables() if table.name == name), None)

    async def _load_text(self, name: str) -> None:
        path_of = self._reader()
        found = await self._read(lambda: text_shown(path_of(f"{name}.txt")))
        if found is not None:
            self.texts = self.texts | {name: found}

    def _stored(self, table: TableView) -> Callable[[], Stored]:
        path_of, slug = self._reader(), self.view.tool
        return lambda: Stored(slug, table.reader, path_of(table.packed), table.name)

    def _page(self, table: TableView, **changes: Any) -> Callable[[], TablePage]:
        """Return what reads a page of a table: the one that is shown, but for the changes."""
        shown = self.tables.get(table.name, TablePage())
        if table.reader:
            stored = self._stored(table)
            page, typed = changes.get("page"), self._typed.get(table.name)
            return lambda: stored_page(rows_of(stored()), shown, page=page, typed=typed)
        path_of = self._reader()
        wanted = {"page": 1, "sort": shown.sort, "descending": shown.descending, "query": shown.query} | changes
        return lambda: table_page(path_of(f"{table.name}.csv"), **wanted)

    async def _load_table(self, name: str, **changes: Any) -> None:
        """Read one page of a table, as far as it may be read."""
        if (table := self._table(name)) is None:
            return
        found = await self._read(self._page(table, **changes))
        if found is not None:
            self._looks = self._looks | {name: self._looks.get(name, 0) + 1}
            self.tables = self.tables | {name: found}

    async def _look(self, name: str, *, page: int = 1, typed: dict[str, str] | None = None) -> None:
        """Read one page of a table while the tab stays usable; says so when it takes long."""
        async with self:
            if (table := self._table(name)) is None:
                return
            if typed is not None:
                self._typed = self._typed | {name: typed}
            act, of, turn = self._page(table, page=page), self.view.id, self._looks.get(name, 0) + 1
            self._looks = self._looks | {name: turn}

        def is_wanted() -> bool:
            return (self.view.id, self._looks.get(name)) == (of, turn)

        async def in_turn() -> TablePage | SciflaskError | None:
            async with _readers():
                async with self:
                    if not is_wanted():
                        return None  # something newer was asked for while this one waited
                return await _outcome(act)

        reading = asyncio.ensure_future(in_turn())
        await asyncio.wait({reading}, timeout=QUIET_SECONDS)
        if not reading.done():
            async with self:
                if is_wanted() and name in self.tables:
                    self.tables = self.tables | {name: replace(self.tables[name], busy=True)}
        outcome = await reading
        async with self:
            if outcome is not None and is_wanted():
                self._keep(name, outcome)

    def _keep(self, name: str, outcome: TablePage | SciflaskError) -> None:
        if isinstance(outcome, SciflaskError):
            outcome = replace(self.tables.get(name, TablePage()), fault=outcome.sentence, busy=False)
        self.tables = self.tables | {name: outcome}

    async def _read(self, act: Callable[[], T]) -> T | None:
        """Read from a file of the result; say what is in the way."""
        outcome = await _outcome(act)
        if isinstance(outcome, SciflaskError):
            self.problem = outcome.sentence
            return None
        return outcome


async def _outcome(act: Callable[[], T]) -> T | SciflaskError:
    try:
        return await rx.run_in_thread(act)
    except FileNotFoundError:
        return NotFound("file")  # it was deleted meanwhile
    except SciflaskError as error:
        return error
