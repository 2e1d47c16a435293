"""A tool: a typed function, and everything that is derived from its signature. ``declare.py`` does the deriving."""

import dataclasses
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from pipeline.toolkit.errors import ParameterError
from pipeline.toolkit.findings import Finding
from pipeline.toolkit.inputs import Limits
from pipeline.toolkit.parameters import Columns, Parameter, in_all
from pipeline.toolkit.places import gathered, slot_of, spread
from pipeline.toolkit.progress import Progress
from pipeline.toolkit.tables.wording import plural

WITHIN = " / "
"""Between the headings of a section and of one within it."""
Check = Callable[[Mapping[str, Any], Limits], list[Finding]]


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
    repeated: bool = False
    """Whether it takes several files of its kind, in the person's order."""
    at_least: int = 1
    at_most: int = 1

    @property
    def takes(self) -> str:
        """Say how many files it takes: '1 file', '2 to 20 files'."""
        if self.at_least == self.at_most:
            return plural(self.at_most, "file")
        return f"{self.at_least} to {self.at_most} files"

    def count_fault(self, count: int) -> str:
        """Say that there are too few or too many files; nothing when there are not."""
        if self.at_least <= count <= self.at_most:
            return ""
        return f"{self.title} takes {self.takes}, and there {'is' if count == 1 else 'are'} {count}."


@dataclass(frozen=True, slots=True)
class OutputSlot:
    """One output of a tool, in the order in which it is shown."""

    name: str
    kind: type
    title: str
    caption: str
    section: str
    required: bool
    path: tuple[str, ...] = ()
    """Where it stands in what the function returns; outputs may be nested."""

    def of(self, result: Any) -> Any:
        """Return this output of a result; None when it, or what it stands in, is not there."""
        for name in self.path or (self.name,):
            result = getattr(result, name) if result is not None else None
        return result


DEFAULT_QUEUE = "default"
QUEUE_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True)
class Resources:
    """What one run may need at most; a site's own limits stand above it."""

    seconds: int | None = None
    """Wall-clock time."""
    memory_mib: int | None = None
    queue: str = DEFAULT_QUEUE
    """Which line it waits in; a site may let workers of their own, on another machine, serve it."""


AS_THE_SITE_ALLOWS = Resources()


@dataclass(frozen=True, slots=True)
class Example:
    """Files, parameters and the metrics that must come out; run by the tests and offered to visitors."""

    title: str
    files: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """Names or paths of files by input; several in a list. In a tool they are full paths."""
    parameters: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    expected: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def paths(self) -> list[Path]:
        """All its files, one after another."""
        return [path for one in self.files.values() for path in (one if isinstance(one, list) else [one])]

    @property
    def filenames(self) -> dict[str, str | list[str]]:
        """The names of its files, by input."""
        return {slot: [path.name for path in one] if isinstance(one, list) else one.name for slot, one in self.files.items()}


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
    wants_seed: bool = False
    live: bool = False
    """Whether it is quick and is recomputed as its controls move, without a job."""
    resources: Resources = AS_THE_SITE_ALLOWS
    lighter: str = ""
    """What needs less time and memory, as in 'fewer iterations'; of the kinds of its inputs when nothing is declared."""

    @property
    def relief(self) -> str:
        """Say what somebody can try whose analysis ran into a limit, as a sentence."""
        words = [self.lighter] if self.lighter else dict.fromkeys(slot.kind.lighter for slot in self.inputs)  # type: ignore[attr-defined]
        return f"Try {', or '.join(words) or 'other parameters'}."

    @property
    def help(self) -> str:
        """The function's docstring: the tool's help page."""
        return inspect.getdoc(self.function) or ""

    def validate(self, values: Mapping[str, Any], *, role: str = "", columns: Mapping[str, Columns] | None = None) -> dict[str, Any]:
        """Return complete parameters as plain values (an Enum as its value); missing ones take their defaults.

        Args:
            values: What somebody set; text is read where a number or a list is meant.
            role: Whose defaults to take.
            columns: Names of the columns of each input by kind, where they are known: a column that is chosen must be one of them.

        Raises:
            ParameterError: If a value is out of bounds, does not count, or a name is unknown; one sentence per parameter.
        """
        defaults = {p.name: p.role_defaults[role] for p in self.parameters if role in p.role_defaults}
        checked = self._checked(defaults | dict(values)).model_dump(mode="json")
        if faults := self._idle(values, checked) | self._unknown_columns(checked, columns or {}):
            raise ParameterError(faults)
        return checked

    def _checked(self, values: Mapping[str, Any]) -> BaseModel:
        try:
            return self.model.model_validate(dict(values))
        except ValidationError as error:
            rules = {p.name: p.rule for p in self.parameters}
            names = {str(item["loc"][0]) if item["loc"] else "" for item in error.errors()}
            sentences = {name: rules.get(name, f"{self.title} has no parameter called {name[:64]!r}.") for name in sorted(names)}
            raise ParameterError(sentences) from None

    def _idle(self, given: Mapping[str, Any], checked: Mapping[str, Any]) -> dict[str, str]:
        """Say which values were set although they do not count: nobody is to believe that they did."""
        idle = [p for p in self.parameters if p.name in given and not p.counts(checked) and checked[p.name] != p.default]
        return {p.name: f"{p.title} counts only {self.condition(p)}. Leave it out, or change that." for p in idle}

    def condition(self, parameter: Parameter) -> str:
        """Say in words when a parameter counts: 'when Method is Gaussian or Box'."""
        known = {p.name: p for p in self.parameters}
        parts = []
        for name, wanted in parameter.show_when.items():
            other = known[name]
            labels = dict(other.choices)
            words = [("yes" if value else "no") if other.kind == "boolean" else labels.get(value, other.as_text(value)) for value in wanted]
            parts.append(f"{other.title} is {' or '.join(words)}")
        return f"when {' and '.join(parts)}" if parts else "always"

    def _unknown_columns(self, checked: Mapping[str, Any], columns: Mapping[str, Columns]) -> dict[str, str]:
        titles = {slot.name: slot.title for slot in self.inputs}
        chosen = [p for p in self.parameters if p.column_of in columns and p.counts(checked)]
        faults = {p.name: p.column_fault(checked[p.name], titles[p.column_of], columns[p.column_of]) for p in chosen}
        return {name: fault for name, fault in faults.items() if fault}

    def __call__(self, *args: Any, progress: Progress | None = None, seed: int = 0, **kwargs: Any) -> Any:
        """Run the function: inputs may be tables, DataFrames or paths; parameters are checked against their bounds."""
        slots = {slot.name: slot for slot in self.inputs}
        positional = dict(zip(slots, args, strict=False))
        if twice := [name for name in positional if name in kwargs]:
            message = f"{self.slug} got {', '.join(twice)} twice: by place and by name."
            raise TypeError(message)
        given = positional | {name: kwargs.pop(name) for name in tuple(kwargs) if name in slots}
        inputs = self._values(given)
        missing = [slot.title for slot in self.inputs if slot.required and slot.name not in inputs]
        if missing or len(args) > len(slots):
            message = f"{self.slug} needs {', '.join(missing)}." if missing else f"{self.slug} takes {len(slots)} inputs, got {len(args)}."
            raise TypeError(message)
        self.validate({name: _plain_tuple(value) for name, value in kwargs.items()}, columns=self._columns_in(inputs))
        extra: dict[str, Any] = {"progress": progress or Progress()} if self.wants_progress else {}
        if self.wants_seed:
            extra["seed"] = seed
        return self.function(**inputs, **self._checked(kwargs).model_dump(), **extra)

    def _values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return each input as the function gets it: tables, DataFrames, arrays and paths become values of their kind."""
        kinds = {slot.name: slot.kind for slot in self.inputs}
        places = spread(self, {name: value for name, value in given.items() if value is not None})
        return gathered(self, {place: kinds[slot_of(place)].of(value) for place, value in places.items()})  # type: ignore[attr-defined]

    def _columns_in(self, inputs: Mapping[str, Any]) -> dict[str, Columns]:
        """Return the columns of the tables that were read, where a parameter chooses among them."""
        wanted = {p.column_of for p in self.parameters} & set(inputs)
        several = {name: inputs[name] if isinstance(inputs[name], tuple) else (inputs[name],) for name in wanted}
        return {name: in_all([table.column_names for table in tables]) for name, tables in several.items()}


def _plain_tuple(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
