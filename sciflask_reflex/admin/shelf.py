"""What every list of the panel is made of: named columns of one query. What is not named is never read, shown or exported.

Reading happens here. Writing is the business of the services: a view that may write says which one, and nothing else does.
"""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, ClassVar

from anyio import lowlevel, to_thread
from markupsafe import escape
from sqlalchemy import ColumnElement, Select, String, cast, func, or_
from sqlmodel import select
from starlette.requests import Request
from starlette_admin.contrib.sqla.filters import build_filter_clause
from starlette_admin.exceptions import ActionFailed
from starlette_admin.export.csv import CsvExporter
from starlette_admin.filters import FilterGroup, FilterRegistry
from starlette_admin.types import RequestAction, RowActionsDisplayType
from starlette_admin.views import BaseModelView

from sciflask_reflex import audit
from sciflask_reflex.admin.filters import PanelFilters
from sciflask_reflex.db import reading, writing

MOST_ROWS = 10_000
"""More than this is neither exported nor read at once."""
FARTHEST = 10_000_000
LONGEST_SEARCH = 200
FILTERS = PanelFilters()


class Shelf(BaseModelView):
    """A list of rows that can be searched, sorted, narrowed, looked at and exported."""

    columns: ClassVar[dict[str, Any]] = {}
    """The SQL of each field, by the field's name."""
    found_by: ClassVar[Sequence[str]] = ()
    """Which columns the search box looks into."""
    titled_by: ClassVar[str] = ""
    """The column by which people know a row."""
    number_ids: ClassVar[bool] = False
    table: ClassVar[Any] = None
    """The table that has one row for each row of the list; None where only the joined tables know how many there are."""

    exporters = [CsvExporter(escape_formulas=True)]
    importers = []
    page_size = 25
    page_size_options = [10, 25, 50, 100]
    pk_attr = "id"
    row_actions_display_type = RowActionsDisplayType.KEBAB
    search_highlight = False

    def __init__(self) -> None:
        self.searchable_fields = [field.name for field in self.fields if field.name in self.columns]
        super().__init__()

    def source(self, query: Select[Any]) -> Select[Any]:
        """Add the tables and what joins them."""
        raise NotImplementedError

    def get_filter_registry(self) -> FilterRegistry:
        """Return by what the list can be narrowed."""
        return FILTERS

    async def find_all(
        self,
        request: Request,
        skip: int = 0,
        limit: int = 100,
        q: str | None = None,
        sorts: Sequence[tuple[str, str]] | None = None,
        filters: FilterGroup | None = None,
    ) -> Sequence[Any]:
        """Return one page of rows."""
        order = self._order(sorts or ())
        key = self.columns[str(self.pk_attr)]
        chosen = self._where(request, self._source(select(key), q, filters, sorts or ()), q, filters).order_by(*order)
        page = chosen.offset(min(skip, FARTHEST)).limit(limit if 0 < limit <= MOST_ROWS else MOST_ROWS)
        # First which rows, then what is in them: what is skipped is never read.
        return await self._read(self._picked(request).where(key.in_(page)).order_by(*order))

    async def count(self, request: Request, q: str | None = None, filters: FilterGroup | None = None) -> int:
        """Return how many rows there are."""
        query = self._where(request, self._source(select(func.count()), q, filters), q, filters)

        def counted() -> int:
            with reading() as session:
                return int(session.execute(query).scalar_one())

        return await to_thread.run_sync(counted)

    async def find_by_pk(self, request: Request, pk: Any) -> Any:
        """Return one row, None where there is none."""
        found = await self.find_by_pks(request, [pk])
        return found[0] if found else None

    async def find_by_pks(self, request: Request, pks: list[Any]) -> Sequence[Any]:
        """Return these rows."""
        known = [key for key in map(self._key, pks[:MOST_ROWS]) if key is not None]
        if not known:
            return []
        return await self._read(self._picked(request).where(self.columns[str(self.pk_attr)].in_(known)))

    def _source(self, query: Select[Any], q: str | None, filters: FilterGroup | None, sorts: Sequence[tuple[str, str]] = ()) -> Select[Any]:
        """Join only what the question needs."""
        alone = not q and (filters is None or filters.is_empty())
        own = all(getattr(self.columns.get(name), "class_", self.table) is self.table for name, _ in sorts)
        return query.select_from(self.table) if self.table is not None and alone and own else self.source(query)

    def _key(self, pk: Any) -> Any:
        text = str(pk)
        if not self.number_ids:
            return text if "\x00" not in text else None
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None

    def _picked(self, request: Request) -> Select[Any]:
        """Select the columns that this answer shows, and no others: reports and logs stay where they are."""
        shown = [field.name for field in self.get_fields_list(request) if field.name in self.columns]
        names = dict.fromkeys((str(self.pk_attr), self.titled_by or str(self.pk_attr), *self.needed, *shown))
        return self.source(select(*(self.columns[name].label(name) for name in names)))

    needed: ClassVar[Sequence[str]] = ()
    """Columns that deciding about a row takes, shown or not."""

    def _where(self, request: Request, query: Select[Any], q: str | None, filters: FilterGroup | None) -> Select[Any]:
        if q:
            query = query.where(self._matching(q[:LONGEST_SEARCH].replace("\x00", "")))
        if filters is not None and not filters.is_empty():
            fields = {field.name: field for field in self.get_fields_list(request)}
            clause = build_filter_clause(filters, fields, FILTERS, self, request)
            query = query if clause is None else query.where(clause)
        return query

    def _matching(self, words: str) -> ColumnElement[bool]:
        anywhere = [cast(self.columns[name], String).icontains(words, autoescape=True) for name in self.found_by]
        return or_(cast(self.columns[str(self.pk_attr)], String) == words, *anywhere)

    def _order(self, sorts: Sequence[tuple[str, str]]) -> list[Any]:
        allowed = [(name, way) for name, way in sorts if name in (self.sortable_fields or ()) and name in self.columns]
        chosen = [self.columns[name].desc() if way == "desc" else self.columns[name].asc() for name, way in allowed]
        return [*chosen, self.columns[str(self.pk_attr)].desc()]

    async def _read(self, query: Select[Any]) -> list[SimpleNamespace]:
        def read() -> list[SimpleNamespace]:
            with reading() as session:
                return [SimpleNamespace(**row._mapping) for row in session.execute(query)]  # noqa: SLF001 - public, in spite of its name

        return await to_thread.run_sync(read)

    @property
    def model(self) -> SimpleNamespace:
        """The columns, as starlette-admin's filters look for them."""
        return SimpleNamespace(**self.columns)

    async def serialize(self, obj: Any, request: Request, *how: bool, **hows: bool) -> dict[str, Any]:
        """Return a row as text; a long export lets others have their turn."""
        await lowlevel.checkpoint()
        return await super().serialize(obj, request, *how, **hows)

    async def repr(self, obj: Any, request: Request) -> str:
        """Return what people call a row."""
        return str(getattr(obj, self.titled_by or str(self.pk_attr), "") or getattr(obj, str(self.pk_attr)))

    async def select2_result(self, obj: Any, request: Request) -> str:
        """Return the row's name as HTML: text, whatever it looks like."""
        return f"<span>{escape(await self.repr(obj, request))}</span>"

    async def before_export(self, request: Request, ctx: Any) -> None:
        """Write the export down before it goes out."""
        ctx.filename = str(self.key)  # never what the request says
        thing = f"{len(ctx.rows)} rows"

        def note() -> None:
            with writing() as session:
                audit.record(session, f"admin:{self.noun}:export", thing=thing, fields=",".join(field.name for field in ctx.fields))

        await to_thread.run_sync(note)

    @property
    def noun(self) -> str:
        """What one row is called in the log."""
        return str(self.display_name).lower().replace(" ", "")

    def can_import(self, request: Request) -> bool:
        """Nobody imports rows: they would pass by the rules of the services."""
        return False

    def can_create(self, request: Request) -> bool:
        """Nothing is made here unless the view says otherwise."""
        return False

    def can_edit(self, request: Request) -> bool:
        """Nothing is changed here unless the view says otherwise."""
        return False

    def can_delete(self, request: Request) -> bool:
        """Nothing is deleted here unless the view says otherwise."""
        return False

    async def create(self, request: Request, data: dict[str, Any]) -> Any:
        """Refuse: see ``can_create``."""
        raise ActionFailed("Nothing can be made here.")

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:
        """Refuse: see ``can_edit``."""
        raise ActionFailed("Nothing can be changed here.")

    async def delete(self, request: Request, pks: list[Any]) -> int | None:
        """Refuse: see ``can_delete``."""
        raise ActionFailed("Nothing can be deleted here.")


def is_form(request: Request) -> bool:
    """Whether the answer is a form."""
    return request.state.action in (RequestAction.CREATE, RequestAction.EDIT)
