"""One setting of a tool's function: its type, bounds and words, said once in the signature."""

import types
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types as at
from pydantic import BeforeValidator, Field
from pydantic.fields import FieldInfo

from pipeline.toolkit.errors import ToolDefinitionError

Scalar = int | float | bool | str | None


def parameter(
    *,
    title: str,
    description: str,
    unit: str = "",
    labels: dict[str, str] | None = None,
    **bounds: Any,
) -> Any:
    """Describe a parameter inside ``Annotated``: title, help, unit, names of the choices, and bounds (ge, gt, le, lt)."""
    return Field(title=title, description=description, json_schema_extra={"unit": unit, "labels": dict(labels or {})}, **bounds)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What the form, the API, the command line and the manual need to know about one parameter."""

    name: str
    kind: str
    """One of: integer, number, boolean, text, choice."""
    title: str
    help: str
    default: Scalar
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """(value, label) pairs of a choice."""
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    required: bool = False

    @property
    def bounds(self) -> str:
        """Say the bounds in words: 'greater than 0 and at most 0.5'."""
        words = {"gt": "greater than", "ge": "at least", "lt": "less than", "le": "at most"}
        return " and ".join(f"{word} {getattr(self, key):g}" for key, word in words.items() if getattr(self, key) is not None)

    @property
    def rule(self) -> str:
        """Say as one sentence what is accepted."""
        if self.kind == "choice":
            return f"{self.title} must be one of: {', '.join(label for _, label in self.choices)}."
        if self.kind == "boolean":
            return f"{self.title} must be yes or no."
        what = {"integer": "a whole number", "number": "a number", "text": "text"}[self.kind]
        return f"{self.title} must be {what}{', ' + self.bounds if self.bounds else ''}."


def _no_bool(value: Any) -> Any:
    if isinstance(value, bool):
        message = "a number, not yes or no"
        raise ValueError(message)  # noqa: TRY004 - pydantic turns ValueError into a validation error
    return value


def _kind_of(annotation: Any, where: str) -> tuple[str, tuple[str, ...]]:
    """Return the kind of a type and, for a choice, its values."""
    choices: tuple[Any, ...] = ()
    if get_origin(annotation) is Literal:
        choices = get_args(annotation)
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        choices = tuple(member.value for member in annotation)
    if choices:
        if not all(isinstance(value, str) for value in choices):
            message = f"{where}: the choices {list(choices)} are not all text. Forms and commands send text; write them in quotes."
            raise ToolDefinitionError(message)
        return "choice", choices
    simple = {int: "integer", float: "number", bool: "boolean", str: "text"}
    if annotation in simple:
        return simple[annotation], ()
    if get_origin(annotation) in (Union, types.UnionType):
        message = f"{where}: optional parameters are not supported yet. Give it a plain type and a default."
        raise ToolDefinitionError(message)
    message = f"{where}: type {annotation!r} is no parameter. Use int, float, bool, str, Literal or an Enum."
    raise ToolDefinitionError(message)


def parameter_of(name: str, annotation: Any, default: Any, *, required: bool, where: str) -> tuple[Parameter, Any, FieldInfo]:
    """Read one keyword-only argument; return its description and the (type, field) that validates it."""
    info = next((m for m in getattr(annotation, "__metadata__", ()) if isinstance(m, FieldInfo)), None)
    bare = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    kind, values = _kind_of(bare, where)
    if info is None or not info.title or not info.description:
        message = (
            f"{where}: no title or no help. Write Annotated[{getattr(bare, '__name__', bare)}, parameter(title=..., description=...)]."
        )
        raise ToolDefinitionError(message)
    extra: dict[str, Any] = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    labels: dict[str, str] = extra.get("labels") or {}
    if unknown := set(labels) - set(values):
        message = f"{where}: labels for {sorted(unknown)} name no choice. The choices are {list(values)}."
        raise ToolDefinitionError(message)
    limits = {
        key: float(getattr(m, key))
        for m in info.metadata
        for key, cls in (("ge", at.Ge), ("gt", at.Gt), ("le", at.Le), ("lt", at.Lt))
        if isinstance(m, cls)
    }
    default = None if required else default.value if isinstance(default, Enum) else default
    described = Parameter(
        name=name,
        kind=kind,
        title=info.title,
        help=info.description,
        default=default,
        unit=str(extra.get("unit") or ""),
        choices=tuple((value, labels.get(value, value.replace("_", " ").capitalize())) for value in values),
        required=required,
        **limits,
    )
    checked = Annotated[annotation, BeforeValidator(_no_bool)] if kind in ("integer", "number") else annotation
    field = Field() if required else Field(default=default, validate_default=True)
    return described, checked, field
