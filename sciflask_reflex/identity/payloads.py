"""What a handler accepts. Type hints of a handler are not checked by Reflex; here they are."""

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any, get_type_hints

import reflex as rx
from pydantic import BaseModel, ConfigDict, InstanceOf, ValidationError, create_model

from sciflask_reflex.errors import Invalid

UNREADABLE = "That could not be read. Reload the page and try again."


def read(fn: Callable[..., Any], payload: type[BaseModel] | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the checked arguments of a handler; raises Invalid, which says nothing of the values."""
    try:
        given = inspect.signature(fn).bind(None, *args, **kwargs).arguments
    except TypeError as cause:
        raise Invalid(UNREADABLE) from cause
    model = payload or model_of(fn)
    values = dict(list(given.items())[1:])
    if _holds_what_no_database_takes(values):
        raise Invalid(UNREADABLE)
    try:
        checked = model.model_validate(values)
    except ValidationError:
        raise Invalid(UNREADABLE) from None  # the cause would hold the values
    return {name: getattr(checked, name) for name in type(checked).model_fields}


def _holds_what_no_database_takes(value: object) -> bool:
    """Whether some text of a payload holds a NUL or half a letter (a lone surrogate): nobody types those."""
    left = [value]
    while left:
        match left.pop():
            case str() as text if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
                return True
            case dict() as pairs:
                left += [*pairs.keys(), *pairs.values()]
            case list() as items:
                left += items
            case _:
                pass
    return False


@cache
def model_of(fn: Callable[..., Any]) -> type[BaseModel]:
    """Return the model that a handler's own signature spells out; nothing beyond it is let in."""
    hints = get_type_hints(fn)
    fields: dict[str, Any] = {}
    for parameter in list(inspect.signature(fn).parameters.values())[1:]:
        hint = hints.get(parameter.name, Any)
        kind = list[InstanceOf[rx.UploadFile]] if hint == list[rx.UploadFile] else hint
        fields[parameter.name] = (kind, ... if parameter.default is inspect.Parameter.empty else parameter.default)
    return create_model(fn.__qualname__, __config__=ConfigDict(extra="forbid", arbitrary_types_allowed=True), **fields)


def unannotated(fn: Callable[..., Any]) -> list[str]:
    """Return the parameters of a handler that accept anything because nobody said what they are."""
    parameters = list(inspect.signature(fn).parameters.values())[1:]
    return [p.name for p in parameters if p.annotation in (inspect.Parameter.empty, Any, "Any")]
