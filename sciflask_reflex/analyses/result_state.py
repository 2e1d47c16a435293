"""What every page that shows a result keeps of it: the view, and the pages of its tables that are looked at."""

from collections.abc import Callable
from typing import Any, TypeVar

import reflex as rx
from pydantic import BaseModel, Field

from sciflask_reflex.analyses.outputs import OutputView
from sciflask_reflex.analyses.rows import AnalysisView
from sciflask_reflex.analyses.tables import TablePage, table_page
from sciflask_reflex.analyses.texts import TextShown, text_shown
from sciflask_reflex.errors import NotFound, SciflaskError
from sciflask_reflex.gate import door

T = TypeVar("T")


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


class ResultState(rx.State, mixin=True):
    """A result on a page. Whose it is, and by which right it is read, is the page's own matter: see ``_reader``."""

    view: AnalysisView = AnalysisView()
    tables: dict[str, TablePage] = {}
    texts: dict[str, TextShown] = {}
    problem: str = ""

    @rx.event
    @door(needs="anyone", payload=TableTurn, reads=True)
    async def turn_to(self, name: str, page: int) -> None:
        """Show another page of a table."""
        await self._load_table(name, page=page)

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
            self.texts = {}
            for name in self._table_names():
                await self._load_table(name)
            for output in self._outputs():
                if output.kind == "text":
                    await self._load_text(output.name)

    def _outputs(self) -> list[OutputView]:
        return [output for section in self.view.sections for output in section.outputs]

    def _table_names(self) -> list[str]:
        return [table.name for output in self._outputs() for table in output.tables]

    async def _load_text(self, name: str) -> None:
        path_of = self._reader()
        found = await self._read(lambda: text_shown(path_of(f"{name}.txt")))
        if found is not None:
            self.texts = self.texts | {name: found}

    async def _load_table(self, name: str, **changes: Any) -> None:
        """Read one page of a table, as far as it may be read. A matrix is to be downloaded, not turned over."""
        if name not in self._table_names():
            return
        shown = self.tables.get(name, TablePage())
        wanted = {"page": 1, "sort": shown.sort, "descending": shown.descending, "query": shown.query} | changes
        path_of = self._reader()

        found = await self._read(lambda: table_page(path_of(f"{name}.csv"), **wanted))
        if found is not None:
            self.tables = self.tables | {name: found}

    async def _read(self, act: Callable[[], T]) -> T | None:
        """Read from a file of the result; say what is in the way."""
        try:
            return await rx.run_in_thread(act)
        except FileNotFoundError:
            self.problem = NotFound("file").sentence  # it was deleted meanwhile
        except SciflaskError as error:
            self.problem = error.sentence
        return None
