"""By what a list can be narrowed: little, and all of it cheap."""

from datetime import UTC, datetime
from typing import Any
from typing import cast as cast_to

from sqlalchemy import String, cast, not_
from starlette_admin.contrib.sqla import filters as sql
from starlette_admin.fields import BaseField, BooleanField, DateTimeField, EnumField, NumberField, StringField
from starlette_admin.filters import FilterApplyContext, FilterRegistry, filters
from starlette_admin.filters.base import BaseFilter


def _column(ctx: FilterApplyContext) -> Any:
    return cast_to(Any, ctx.view).columns[ctx.field_name]


def _utc(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


class Contains(sql.ContainsFilter):
    """The text holds these very letters: ``%`` and ``_`` mean themselves."""

    def apply(self, ctx: FilterApplyContext) -> Any:
        """Return the condition."""
        return cast(_column(ctx), String).icontains(str(ctx.value), autoescape=True)


class ContainsNot(sql.NotContainsFilter):
    """The text does not hold these very letters."""

    def apply(self, ctx: FilterApplyContext) -> Any:
        """Return the condition."""
        return not_(cast(_column(ctx), String).icontains(str(ctx.value), autoescape=True))


class Between(sql.DateTimeBetweenFilter):
    """From one time to another, in UTC."""

    def apply(self, ctx: FilterApplyContext) -> Any:
        """Return the condition."""
        return _column(ctx).between(_utc(ctx.value), _utc(ctx.value2))


class PanelFilters(FilterRegistry):
    """Which filters each kind of column has."""

    @filters(BaseField)
    def _none(self, field: BaseField) -> list[type[BaseFilter]]:
        return []

    @filters(StringField)
    def _text(self, field: BaseField) -> list[type[BaseFilter]]:
        return [Contains, ContainsNot, sql.EqualFilter]

    @filters(EnumField)
    def _choice(self, field: BaseField) -> list[type[BaseFilter]]:
        return [sql.EqualFilter, sql.NotEqualFilter]

    @filters(NumberField)
    def _number(self, field: BaseField) -> list[type[BaseFilter]]:
        return [sql.GreaterThanOrEqualFilter, sql.LessThanOrEqualFilter]

    @filters(DateTimeField)
    def _moment(self, field: BaseField) -> list[type[BaseFilter]]:
        return [Between]

    @filters(BooleanField)
    def _either(self, field: BaseField) -> list[type[BaseFilter]]:
        return [sql.IsTrueFilter, sql.IsFalseFilter]
