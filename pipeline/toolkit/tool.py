"""``@tool``: a typed function, and everything that is derived from its signature."""

import dataclasses
import inspect
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from pipeline.toolkit.errors import ParameterError, ToolDefinitionError
from pipeline.toolkit.findings import Finding
from pipeline.toolkit.inputs import INPUT_KINDS, Input, Limits
from pipeline.toolkit.outputs import OUTPUT_KINDS, Output
from pipeline.toolkit.parameters import Parameter, parameter_of
from pipeline.toolkit.progress import Progress

Check = Callable[[Mapping[str, Any], Limits], list[Finding]]
SLUG = re.compile(r"[a-z][a-z0-9-]{0,62}")
STRICT = ConfigDict(extra="forbid", allow_inf_nan=False, str_max_length=1_000, protected_namespaces=())


@dataclass(frozen=True, slots=True)
class InputSlot:
    """One input of a tool."""

    name: str
    kind: type
    title: str
    help: str
    required: bool
    type_title: str = ""
    type_example: str = ""


@dataclass(frozen=True, slots=True)
class OutputSlot:
    """One output of a tool, in the order in which it is shown."""

    name: str
    kind: type
    title: str
    caption: str
    section: str
    required: bool


@dataclass(frozen=True, slots=True)
class Example:
    """Files, parameters and the metrics that must come out; run by the tests and offered to visitors."""

    title: str
    files: Mapping[str, Path]
    parameters: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    expected: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Tool:
    """A typed function under ``pipeline/`` and what is derived from it. Calling it runs the science."""

    function: Callable[..., Any]
    slug: str
    title: str
    summary: str
    icon: str
    inputs: tuple[InputSlot, ...]
    parameters: tuple[Parameter, ...]
    outputs: tuple[OutputSlot, ...]
    model: type[BaseModel]
    references: tuple[str, ...]
    examples: tuple[Example, ...]
    check: Check | None
    wants_progress: bool

    @property
    def help(self) -> str:
        """The function's docstring: the tool's help page."""
        return inspect.getdoc(self.function) or ""

    def validate(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return complete parameters as plain values (an Enum as its value); missing ones take their defaults.

        Raises:
            ParameterError: If a value is out of bounds or a name is unknown; one sentence per parameter.
        """
        return self._checked(values).model_dump(mode="json")

    def _checked(self, values: Mapping[str, Any]) -> BaseModel:
        try:
            return self.model.model_validate(dict(values))
        except ValidationError as error:
            rules = {p.name: p.rule for p in self.parameters}
            names = {str(item["loc"][0]) if item["loc"] else "" for item in error.errors()}
            sentences = {name: rules.get(name, f"{self.title} has no parameter called {name[:64]!r}.") for name in sorted(names)}
            raise ParameterError(sentences) from None

    def __call__(self, *args: Any, progress: Progress | None = None, **kwargs: Any) -> Any:
        """Run the function: inputs may be tables, DataFrames or paths; parameters are checked against their bounds."""
        slots = {slot.name: slot for slot in self.inputs}
        positional = dict(zip(slots, args, strict=False))
        if twice := [name for name in positional if name in kwargs]:
            message = f"{self.slug} got {', '.join(twice)} twice: by place and by name."
            raise TypeError(message)
        given = positional | {name: kwargs.pop(name) for name in tuple(kwargs) if name in slots}
        inputs = {name: slots[name].kind.of(value) for name, value in given.items() if value is not None}  # type: ignore[attr-defined]
        missing = [slot.title for slot in self.inputs if slot.required and slot.name not in inputs]
        if missing or len(args) > len(slots):
            message = f"{self.slug} needs {', '.join(missing)}." if missing else f"{self.slug} takes {len(slots)} inputs, got {len(args)}."
            raise TypeError(message)
        extra = {"progress": progress or Progress()} if self.wants_progress else {}
        return self.function(**inputs, **self._checked(kwargs).model_dump(), **extra)


def _split_optional(annotation: Any) -> tuple[Any, bool]:
    """Return the type without ``None``, and whether ``None`` was allowed."""
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        if len(parts) == 1:
            return parts[0], True
    return annotation, False


def _unwrap(annotation: Any, meta: type) -> tuple[Any, Any, bool]:
    """Return (bare type, metadata of the wanted class or None, optional) of a possibly annotated type."""
    annotation, outer = _split_optional(annotation)
    bare, found = annotation, None
    if get_origin(annotation) is Annotated:
        bare, *rest = get_args(annotation)
        found = next((m for m in rest if isinstance(m, meta)), None)
    bare, inner = _split_optional(bare)
    return bare, found, outer or inner


def _hints(function: Callable[..., Any], where: str) -> dict[str, Any]:
    try:
        return get_type_hints(function, include_extras=True)
    except NameError as error:
        message = f"{where}: the type {error.name!r} is not known where the function is defined. Import it there, not under TYPE_CHECKING."
        raise ToolDefinitionError(message) from error


def _check_defaults(model: type[BaseModel], where: str) -> None:
    try:
        model.model_validate({})
    except ValidationError as error:
        wrong = sorted({str(item["loc"][0]) for item in error.errors() if item["type"] != "missing"})
        if wrong:
            message = f"{where}: the default of {', '.join(wrong)} is outside its own bounds. Change one of them."
            raise ToolDefinitionError(message) from None


def _inputs_and_parameters(function: Callable[..., Any], where: str) -> tuple[list[InputSlot], list[Parameter], dict[str, Any], bool]:
    hints = _hints(function, where)
    inputs: list[InputSlot] = []
    parameters: list[Parameter] = []
    fields: dict[str, Any] = {}
    wants_progress = False
    for name, argument in inspect.signature(function).parameters.items():
        at = f"{where}, parameter {name!r}"
        if name not in hints:
            message = f"{at}: no type. Annotate it."
            raise ToolDefinitionError(message)
        bare, meta, optional = _unwrap(hints[name], Input)
        required = argument.default is inspect.Parameter.empty
        if bare is Progress:
            wants_progress = True
        elif bare in INPUT_KINDS:
            meta = meta or Input(title=name.replace("_", " ").capitalize())
            inputs.append(InputSlot(name, bare, meta.title, meta.help, required and not optional, meta.type_title, meta.type_example))
        elif argument.kind is not inspect.Parameter.KEYWORD_ONLY:
            message = f"{at}: parameters must be keyword-only. Put a * before the first one."
            raise ToolDefinitionError(message)
        else:
            described, checked, field = parameter_of(name, hints[name], argument.default, required=required, where=at)
            parameters.append(described)
            fields[name] = (checked, field)
    return inputs, parameters, fields, wants_progress


def _outputs(function: Callable[..., Any], where: str) -> list[OutputSlot]:
    result = _hints(function, where).get("return")
    if not (isinstance(result, type) and dataclasses.is_dataclass(result)):
        message = f"{where}: the return type must be a dataclass whose fields are outputs (Table, Matrix, Figure, Metrics, File)."
        raise ToolDefinitionError(message)
    hints = get_type_hints(result, include_extras=True)
    slots = []
    for item in dataclasses.fields(result):
        if item.name == "notes" and hints[item.name] == tuple[str, ...]:
            continue  # not an output: what the tool says about its own run, recorded in the manifest
        bare, meta, optional = _unwrap(hints[item.name], Output)
        if bare not in OUTPUT_KINDS:
            message = f"{where}, output {item.name!r}: {bare!r} is no output kind. Use Table, Matrix, Figure, Metrics or File."
            raise ToolDefinitionError(message)
        meta = meta or Output(title=item.name.replace("_", " ").capitalize())
        slots.append(OutputSlot(item.name, bare, meta.title, meta.caption, meta.section, not optional))
    return slots


def tool(
    *,
    slug: str,
    title: str,
    summary: str,
    icon: str = "flask-conical",
    references: tuple[str, ...] = (),
    examples: tuple[Example, ...] = (),
    check: Check | None = None,
) -> Callable[[Callable[..., Any]], Tool]:
    """Turn a typed function into a tool.

    Args:
        slug: The tool's name in addresses and commands: lower-case letters, digits and hyphens.
        title: The tool's name for people.
        summary: One sentence that says what a person gets.
        icon: Name of a lucide icon.
        references: What to cite, one entry each.
        examples: Data that visitors can try and tests do run.
        check: Rules across inputs, beside those that come with each input's kind.

    Raises:
        ToolDefinitionError: If the declaration does not hold together; names file, parameter and cure.
    """

    def wrap(function: Callable[..., Any]) -> Tool:
        where = f"{inspect.getsourcefile(function)}, tool {slug!r}"
        if not SLUG.fullmatch(slug):
            message = f"{where}: the slug may hold lower-case letters, digits and hyphens only."
            raise ToolDefinitionError(message)
        inputs, parameters, fields, wants_progress = _inputs_and_parameters(function, where)
        if not inputs:
            message = f"{where}: no input. Annotate at least one argument with an input kind such as SampleTable."
            raise ToolDefinitionError(message)
        model = create_model(f"{slug.title().replace('-', '')}Parameters", __config__=STRICT, **fields)
        _check_defaults(model, where)
        return Tool(
            function, slug, title, summary, icon, tuple(inputs), tuple(parameters), tuple(_outputs(function, where)),
            model, tuple(references), tuple(examples), check, wants_progress,
        )  # fmt: skip

    return wrap
