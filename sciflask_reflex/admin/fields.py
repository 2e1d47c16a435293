"""How values look in the panel: times in UTC, sizes with units, structures as plain text."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette_admin.fields import DateTimeField, EnumField, IntegerField, StringField, TextAreaField
from starlette_admin.types import RequestAction

from sciflask_reflex.shell.numbers import shown_bytes


@dataclass
class Moment(DateTimeField):
    """A time in UTC, and said so. A form takes and shows it in UTC, too."""

    form_alt_format: str | None = "Y-m-d H:i"

    async def serialize_value(self, request: Request, value: Any) -> str:
        """Return the time as text."""
        known = value if value.tzinfo else value.replace(tzinfo=UTC)
        if request.state.action.is_form():
            return known.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")
        return known.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")

    async def parse_form_data(self, request: Request, form_data: FormData) -> datetime | None:
        """Return the time that was typed, None for none."""
        text = str(form_data.get(self.id) or "")
        try:
            typed = datetime.fromisoformat(text)
        except ValueError:
            return None
        return typed if typed.tzinfo else typed.replace(tzinfo=UTC)


@dataclass
class Size(IntegerField):
    """A number of bytes: in words for people, as a number in an export."""

    async def serialize_value(self, request: Request, value: Any) -> Any:
        """Return the size."""
        return int(value) if request.state.action == RequestAction.EXPORT else shown_bytes(int(value))


@dataclass
class Structure(TextAreaField):
    """JSON, log lines and the like, as text that a browser never takes for anything else."""

    detail_template: str = "fields/structure.html"

    async def serialize_value(self, request: Request, value: Any) -> str:
        """Return the value as text."""
        if isinstance(value, list) and all(isinstance(line, str) for line in value):
            return "\n".join(value)
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)


@dataclass
class Words(StringField):
    """Text, as it is."""

    async def serialize_value(self, request: Request, value: Any) -> str:
        """Return the text."""
        return str(value)


@dataclass
class Choice(EnumField):
    """One of several words, shown as it is stored: also a word that is no choice any more."""

    def _get_label(self, value: Any, request: Request) -> str:
        return str(value)
