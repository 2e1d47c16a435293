"""What the forms send: read with a limit, checked field by field, nothing beyond them let in."""

from typing import Self
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request

from sciflask_reflex.errors import Invalid, TooLarge

MAX_BYTES = 16 * 1024
MAX_FIELDS = 20
SECRETS = ("password", "token", "code", "secret", "altcha")
"""Fields with one of these in their name are never filled in again. (An answer to a challenge is good once.)"""
UNREADABLE = "The form could not be read. Please fill it in again."


class Form(BaseModel):
    """A form as a browser posts it; a field that is not there is empty."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    next: str = ""
    """Where the person was heading; a path of this site or nothing."""

    @classmethod
    async def read(cls, request: Request) -> Self:
        """Return the posted form; raises TooLarge or Invalid. Nothing at all is an empty form."""
        try:
            body = (await _body(request)).decode("ascii")
            pairs = parse_qsl(body, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
        except ValueError as cause:
            raise Invalid(UNREADABLE) from cause
        if body and request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            raise Invalid(UNREADABLE)
        values = dict(pairs)
        if len(values) != len(pairs) or "\0" in "".join(values.values()):  # no database takes a NUL, and nobody types one
            raise Invalid(UNREADABLE)
        try:
            return cls.model_validate(values)
        except ValidationError:
            raise Invalid(UNREADABLE) from None  # the cause would name what was sent

    def shown_again(self) -> dict[str, str]:
        """Return the values that may be filled in again after a fault: all but passwords, codes and secrets of links."""
        return {name: value for name, value in self.model_dump().items() if name != "next" and not any(word in name for word in SECRETS)}


async def _body(request: Request) -> bytes:
    """Return the body, counted as it comes."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            message = "The form is too large."
            raise TooLarge(message)
    return body
