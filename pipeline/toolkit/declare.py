"""``@tool``: read a function's signature, and say what is wrong with it by file, parameter and cure."""

import dataclasses
import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from pipeline.toolkit.annotations import parameter_of, without_none
from pipeline.toolkit.consistency import require_consistent
from pipeline.toolkit.docstrings import arguments
from pipeline.toolkit.docstrings import references as cited
from pipeline.toolkit.errors import ToolDefinitionError
from pipeline.toolkit.filelist import slot_of
from pipeline.toolkit.inputs import Input
from pipeline.toolkit.outputs import OUTPUT_KINDS, Output
from pipeline.toolkit.parameters import Parameter
from pipeline.toolkit.progress import Progress
from pipeline.toolkit.tool import AS_THE_SITE_ALLOWS, WITHIN, Check, Example, InputSlot, OutputSlot, Resources, Tool

SLUG = re.compile(r"[a-z][a-z0-9-]{0,62}")
STRICT = ConfigDict(extra="forbid", allow_inf_nan=False, str_max_length=1_000, protected_namespaces=())
OURS = ("progress", "seed")
"""Arguments that the platform fills in."""


def tool(
    *,
    slug: str,
    title: str,
    summary: str,
    icon: str = "flask-conical",
    references: tuple[str, ...] = (),
    examples: tuple[Example, ...] = (),
    check: Check | None = None,
    live: bool = False,
    resources: Resources = AS_THE_SITE_ALLOWS,
    lighter: str = "",
) -> Callable[[Callable[..., Any]], Tool]:
    """Turn a typed function into a tool.

    Args:
        slug: The tool's name in addresses and commands: lower-case letters, digits and hyphens.
        title: The tool's name for people.
        summary: One sentence that says what a person gets.
        icon: Name of a lucide icon.
        references: What to cite, one entry each. What stands in the docstring below References when left out.
        examples: Data that visitors can try and tests do run; files without a folder are in ``example`` beside the tool.
        check: Rules across inputs, beside those that come with each input's kind.
        live: Recompute as the controls move, without a job; for what takes a moment.
        resources: What one run may need at most.
        lighter: What needs less time and memory, as in ``fewer iterations``: told when a run met a limit.

    Raises:
        ToolDefinitionError: If the declaration does not hold together; names file, parameter and cure.
    """

    def wrap(function: Callable[..., Any]) -> Tool:
        where = f"{inspect.getsourcefile(function)}, tool {slug!r}"
        if not SLUG.fullmatch(slug):
            message = f"{where}: the slug may hold lower-case letters, digits and hyphens only."
            raise ToolDefinitionError(message)
        read = _read(function, where)
        if not read.inputs and not live:
            message = f"{where}: no input. Annotate at least one argument with an input kind such as SampleTable, or declare it live=True."
            raise ToolDefinitionError(message)
        if live and (needed := [slot.title for slot in read.inputs if slot.required]):
            message = (
                f"{where}: a live tool is recomputed without data, but {', '.join(needed)} must be given. "
                "Make it optional with | None, or leave live=True out."
            )
            raise ToolDefinitionError(message)
        model = create_model(f"{slug.title().replace('-', '')}Parameters", __config__=STRICT, **read.fields)
        made = Tool(
            function, slug, title, summary, icon, tuple(read.inputs), tuple(read.parameters), tuple(_outputs(function, where)),
            model, tuple(references) or cited(inspect.getdoc(function) or ""), _located(examples, function), check, "progress" in read.ours, "seed" in read.ours, live, resources, lighter,
        )  # fmt: skip
        _require_good_defaults(model, where)
        require_consistent(made, where)
        return made

    return wrap


@dataclass
class _Read:
    """What a signature holds."""

    inputs: list[InputSlot] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    ours: set[str] = field(default_factory=set)


def _read(function: Callable[..., Any], where: str) -> _Read:
    hints = _hints(function, where)
    read, said = _Read(), arguments(inspect.getdoc(function) or "")
    for name, argument in inspect.signature(function).parameters.items():
        at = f"{where}, parameter {name!r}"
        if name not in hints:
            message = f"{at}: no type. Annotate it."
            raise ToolDefinitionError(message)
        bare, meta, optional = _unwrap(hints[name], Input)
        required = argument.default is inspect.Parameter.empty
        if bare is Progress or (name == "seed" and bare is int):
            read.ours.add("progress" if bare is Progress else "seed")
            if name not in OURS:
                message = f"{at}: call it progress."
                raise ToolDefinitionError(message)
        elif slot := slot_of(name, bare, meta, required=required and not optional, where=at, documented=said.get(name, "")):
            read.inputs.append(slot)
        elif argument.kind is not inspect.Parameter.KEYWORD_ONLY:
            message = f"{at}: parameters must be keyword-only. Put a * before the first one."
            raise ToolDefinitionError(message)
        else:
            words = said.get(name, "")
            described, checked, info = parameter_of(name, hints[name], argument.default, required=required, where=at, documented=words)
            read.parameters.append(described)
            read.fields[name] = (checked, info)
    return read


def _hints(function: Callable[..., Any], where: str) -> dict[str, Any]:
    try:
        return get_type_hints(function, include_extras=True)
    except NameError as error:
        message = f"{where}: the type {error.name!r} is not known where the function is defined. Import it there, not under TYPE_CHECKING."
        raise ToolDefinitionError(message) from error


def _unwrap(annotation: Any, meta: type) -> tuple[Any, Any, bool]:
    """Return (bare type, metadata of the wanted class or None, optional) of a possibly annotated type."""
    annotation, outer = without_none(annotation)
    bare, found = annotation, None
    if get_origin(annotation) is Annotated:
        bare, *rest = get_args(annotation)
        found = next((m for m in rest if isinstance(m, meta)), None)
    bare, inner = without_none(bare)
    return bare, found, outer or inner


def _located(examples: tuple[Example, ...], function: Callable[..., Any]) -> tuple[Example, ...]:
    """Return examples with the full paths of their files."""
    folder = Path(inspect.getsourcefile(function) or "").parent / "example"
    return tuple(replace(each, files={slot: _in_folder(folder, given) for slot, given in each.files.items()}) for each in examples)


def _in_folder(folder: Path, given: str | Path | Sequence[str | Path]) -> Path | list[Path]:
    return folder / given if isinstance(given, str | Path) else [folder / one for one in given]


def _require_good_defaults(model: type[BaseModel], where: str) -> None:
    try:
        model.model_validate({})
    except ValidationError as error:
        wrong = sorted({str(item["loc"][0]) for item in error.errors() if item["type"] != "missing"})
        if wrong:
            message = f"{where}: the default of {', '.join(wrong)} is outside its own bounds. Change one of them."
            raise ToolDefinitionError(message) from None


def _outputs(function: Callable[..., Any], where: str) -> list[OutputSlot]:
    result = _hints(function, where).get("return")
    if not _is_dataclass(result):
        kinds = ", ".join(kind.__name__ for kind in OUTPUT_KINDS)
        message = f"{where}: the return type must be a dataclass whose fields are outputs ({kinds})."
        raise ToolDefinitionError(message)
    slots = _slots_of(result, where, (), "", optional=False)
    names = [slot.name for slot in slots]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        message = f"{where}: two outputs would be called {', '.join(twice)}. Rename one of them."
        raise ToolDefinitionError(message)
    return slots


def _is_dataclass(kind: Any) -> bool:
    return isinstance(kind, type) and dataclasses.is_dataclass(kind)


def _within(section: str, inner: str) -> str:
    """Return the heading of a section that stands in another one."""
    return WITHIN.join(part for part in (section, inner) if part)


def _slots_of(holder: Any, where: str, path: tuple[str, ...], section: str, *, optional: bool) -> list[OutputSlot]:
    """Return the outputs that a dataclass holds; one that holds dataclasses has sections."""
    hints = get_type_hints(holder, include_extras=True)
    slots: list[OutputSlot] = []
    for item in dataclasses.fields(holder):
        if item.name == "notes" and not path and hints[item.name] == tuple[str, ...]:
            continue  # not an output: what the tool says about its own run, recorded in the manifest
        bare, meta, may_be_none = _unwrap(hints[item.name], Output)
        meta = meta or Output(title=item.name.replace("_", " ").capitalize())
        here = (*path, item.name)
        if bare in OUTPUT_KINDS:
            slots.append(
                OutputSlot(
                    "_".join(here), bare, meta.title, meta.caption, _within(section, meta.section), not (may_be_none or optional), here
                )
            )
        elif _is_dataclass(bare):
            slots += _slots_of(bare, where, here, _within(section, meta.title), optional=optional or may_be_none)
        else:
            kinds = ", ".join(kind.__name__ for kind in OUTPUT_KINDS)
            message = f"{where}, output {'.'.join(here)!r}: {bare!r} is no output kind. Use {kinds}, or a dataclass of them."
            raise ToolDefinitionError(message)
    return slots
