"""Points in time, as the pages of administration need them: the month of a moment in SQL, and ranges of days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from sciflask_reflex.errors import Invalid


class month_of(FunctionElement[str]):  # noqa: N801 - reads as SQL
    """The month of a moment in UTC, as in 2026-11."""

    type = String()
    inherit_cache = True


@compiles(month_of, "sqlite")
def _sqlite_month(element: month_of, compiler: Any, **kw: Any) -> str:
    return f"strftime('%Y-%m', {compiler.process(element.clauses, **kw)}, 'unixepoch')"


@compiles(month_of)
def _month(element: month_of, compiler: Any, **kw: Any) -> str:
    return f"to_char(to_timestamp({compiler.process(element.clauses, **kw)}) AT TIME ZONE 'UTC', 'YYYY-MM')"


@dataclass(frozen=True, slots=True)
class Range:
    """From the start of one day to the end of another, in UTC."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def end(self) -> datetime:
        """The first moment that is outside."""
        return datetime.combine(self.last, time(), UTC) + timedelta(days=1)

    def holds(self, column: Any) -> ColumnElement[bool]:
        """Return the condition that a moment lies in it."""
        return (column >= self.start) & (column < self.end)


def range_of(first: str, last: str, *, days: int = 365) -> Range:
    """Return the range between two written days; an empty one is today, or ``days`` before the last.

    Raises:
        Invalid: If one is no day, or the last comes before the first.
    """
    until = _day(last) or datetime.now(UTC).date()
    since = _day(first) or until - timedelta(days=days)
    if since > until:
        raise Invalid("The first day comes after the last one. Choose an earlier first day.")
    return Range(since, until)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not 1970 <= day.year <= 9000:
        raise Invalid("A day must be written as in 2026-11-30.")
    return day
