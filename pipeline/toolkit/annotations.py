"""From an annotation to a parameter: which kind it is, and the type that checks its values."""

import types
from dataclasses import dataclass, replace
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types as at
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic.fields import FieldInfo

from pipeline.toolkit.errors import ToolDefinitionError
from pipeline.toolkit.parameters import COLUMN_KINDS, SEPARATOR, Parameter, parameter

SIMPLE = {int: "integer", float: "number", bool: "boolean", str: "text"}
BOUNDS = {"ge": at.Ge, "gt": at.Gt, "le": at.Le, "lt": at.Lt}
USE = "Use int, float, bool, str, Literal, an Enum, list[Literal[...]] for several choices, tuple[float, float] for a range, or any of them with | None."


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    choices: tuple[str, ...] = ()
    whole: bool = False


def name_in_words(name: str) -> str:
    """Return the name of an argument as people read it."""
    return name.replace("_", " ").capitalize()


def without_none(annotation: Any) -> tuple[Any, bool]:
    """Return a type without ``None``, and whether ``None`` was allowed."""
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        if len(parts) == 1:
            return parts[0], True
    return annotation, False


def parameter_of(
    name: str, annotation: Any, default: Any, *, required: bool, where: str, documented: str = ""
) -> tuple[Parameter, Any, FieldInfo]:
    """Read one keyword-only argument; return its description and the (type, field) that validates it.

    Raises:
        ToolDefinitionError: If it cannot be one; names the parameter and the cure.
    """
    outer, outer_optional = without_none(annotation)
    info: FieldInfo = next((m for m in getattr(outer, "__metadata__", ()) if isinstance(m, FieldInfo)), None) or parameter()
    bare = get_args(outer)[0] if get_origin(outer) is Annotated else outer
    bare, inner_optional = without_none(bare)
    kind = _kind_of(bare, where)
    title, words = info.title or name_in_words(name), info.description or documented
    if not words:
        message = f"{where}: no help. Say in the docstring, below Parameters, what it does, or write parameter(description=...)."
        raise ToolDefinitionError(message)
    extra: dict[str, Any] = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    kind = _of_columns(kind, extra.get("column_of") or "", where)
    _require_column_kind(extra, where)
    limits = {key: float(getattr(m, key)) for m in info.metadata for key, cls in BOUNDS.items() if isinstance(m, cls)}
    described = Parameter(
        name=name,
        kind=kind.name,
        title=title,
        help=words,
        default=None if required else plain(default),
        unit=str(extra.get("unit") or ""),
        choices=_labelled(kind, extra.get("labels") or {}, where),
        required=required,
        optional=outer_optional or inner_optional,
        whole=kind.whole,
        section=str(extra.get("section") or ""),
        column_of=str(extra.get("column_of") or ""),
        column_kind=str(extra.get("column_kind") or ""),
        show_when=extra.get("show_when") or {},
        role_defaults={role: plain(value) for role, value in (extra.get("role_defaults") or {}).items()},
        **limits,
    )
    field = Field(title=title, description=words)
    if not required:
        field = Field(default=described.default, validate_default=True, title=title, description=words)
    return described, _checked_type(described, bare, info), field


def plain(value: Any) -> Any:
    """Return a default as plain values: an Enum as its value, a tuple as a list."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def _kind_of(bare: Any, where: str) -> _Kind:
    if values := _values_of(bare):
        if not all(isinstance(value, str) for value in values):
            message = f"{where}: the choices {list(values)} are not all text. Forms and commands send text; write them in quotes."
            raise ToolDefinitionError(message)
        return _Kind("choice", values)
    if bare in SIMPLE:
        return _Kind(SIMPLE[bare])
    parts = get_args(bare)
    if get_origin(bare) is list and len(parts) == 1:
        item = _kind_of(parts[0], where)
        if item.name == "choice":
            return replace(item, name="choices")
        if item.name == "text":
            return _Kind("columns")
    if get_origin(bare) is tuple and len(parts) == 2 and parts[0] is parts[1] and parts[0] in (int, float):
        return _Kind("range", whole=parts[0] is int)
    message = f"{where}: type {bare!r} is no parameter. {USE}"
    raise ToolDefinitionError(message)


def _values_of(bare: Any) -> tuple[Any, ...]:
    """Return the values of a Literal or an Enum; nothing of any other type."""
    if get_origin(bare) is Literal:
        return get_args(bare)
    return tuple(member.value for member in bare) if isinstance(bare, type) and issubclass(bare, Enum) else ()


def _of_columns(kind: _Kind, column_of: str, where: str) -> _Kind:
    """Tell a text from a column's name, and a list of texts from a list of columns."""
    if column_of:
        if kind.name not in ("text", "columns"):
            message = f"{where}: column_of is for str and list[str]. Change the type, or leave column_of out."
            raise ToolDefinitionError(message)
        return _Kind("column") if kind.name == "text" else kind
    if kind.name == "columns":
        message = f"{where}: list[str] needs column_of='<an input>', or use list[Literal[...]] for fixed choices."
        raise ToolDefinitionError(message)
    return kind


def _require_column_kind(extra: dict[str, Any], where: str) -> None:
    wanted = extra.get("column_kind")
    if wanted and not extra.get("column_of"):
        message = f"{where}: column_kind={wanted!r} without column_of. Name the input whose columns are meant."
        raise ToolDefinitionError(message)
    if wanted and wanted not in COLUMN_KINDS:
        message = f"{where}: there is no column_kind {wanted!r}. Write one of {', '.join(COLUMN_KINDS)}, or leave it out for all columns."
        raise ToolDefinitionError(message)


def _labelled(kind: _Kind, labels: dict[str, str], where: str) -> tuple[tuple[str, str], ...]:
    if unknown := set(labels) - set(kind.choices):
        message = f"{where}: labels for {sorted(unknown)} name no choice. The choices are {list(kind.choices)}."
        raise ToolDefinitionError(message)
    return tuple((value, labels.get(value, value.replace("_", " ").capitalize())) for value in kind.choices)


def _checked_type(described: Parameter, bare: Any, info: FieldInfo) -> Any:
    """Return the type that pydantic checks: text as forms send it is read, and nothing else is bent into shape."""
    if described.kind == "range":
        end = _annotated(get_args(bare)[0], *info.metadata, BeforeValidator(_no_bool))
        checked = _annotated(tuple[end, end], AfterValidator(_in_order), BeforeValidator(_split))
    elif described.several:
        checked = _annotated(bare, *info.metadata, AfterValidator(_each_once), BeforeValidator(_split))
    elif described.kind in ("integer", "number"):
        checked = _annotated(bare, *info.metadata, BeforeValidator(_no_bool))
    else:
        checked = _annotated(bare, *info.metadata)
    return _annotated(checked | None, BeforeValidator(_nothing)) if described.optional else checked


def _annotated(kind: Any, *metadata: Any) -> Any:
    return Annotated[(kind, *metadata)] if metadata else kind


def _nothing(value: Any) -> Any:
    return None if value == "" else value


def _split(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(SEPARATOR)] if value.strip() else []


def _no_bool(value: Any) -> Any:
    if isinstance(value, bool):
        message = "a number, not yes or no"
        raise ValueError(message)  # noqa: TRY004 - pydantic turns ValueError into a validation error
    return value


def _in_order(value: tuple[float, float]) -> tuple[float, float]:
    if value[0] > value[1]:
        message = "the smaller number first"
        raise ValueError(message)
    return value


def _each_once(value: list[Any]) -> list[Any]:
    if len(set(value)) < len(value):
        message = "each one once"
        raise ValueError(message)
    return value
