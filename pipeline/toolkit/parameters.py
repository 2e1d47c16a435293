"""One setting of a tool's function: its type, bounds and words, said once in the signature."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

Value = int | float | bool | str | list[str] | list[float] | list[int] | None
SEPARATOR = ","
COLUMN_KINDS = {"number": "columns of numbers", "text": "columns of words"}
UNKNOWN = "unknown"
"""The kind of columns that were never looked at."""
Columns = Mapping[str, Sequence[str]]
"""Names of the columns of an input, by kind."""


def parameter(
    title: str = "",
    description: str = "",
    *,
    unit: str = "",
    labels: Mapping[str, str] | None = None,
    section: str = "",
    show_when: Mapping[str, Any] | None = None,
    column_of: str = "",
    column_kind: str = "",
    role_defaults: Mapping[str, Any] | None = None,
    **bounds: Any,
) -> Any:
    """Describe a parameter inside ``Annotated``.

    Args:
        title: Its name for people: the label of the field. The argument's name in words when left out.
        description: What it does, in one or two sentences. What the docstring says of the argument when left out.
        unit: Unit of the number, as in ``nm``.
        labels: Names of the choices for people, by value.
        section: Heading under which it stands in the form; parameters of one section belong together.
        show_when: Other parameters and the values (one, or several in a list) that they must have for this one to count.
        column_of: Name of the input whose columns are the choices; for ``str`` and ``list[str]``. Of an input that takes several
            files, the columns that all of them have.
        column_kind: Which of them: ``number``, ``text`` (columns of words), or all, unless said.
        role_defaults: Other defaults for people of certain roles, as in ``{"guest": 100}``.
        **bounds: ``ge gt le lt`` of a number, or of both ends of a range; ``min_length max_length`` of a text or a list.
    """
    extra = {
        "unit": unit,
        "labels": dict(labels or {}),
        "section": section,
        "show_when": {name: list(_several(wanted)) for name, wanted in (show_when or {}).items()},
        "column_of": column_of,
        "column_kind": column_kind,
        "role_defaults": dict(role_defaults or {}),
    }
    return Field(title=title or None, description=description or None, json_schema_extra=extra, **bounds)


def _several(wanted: Any) -> Sequence[Any]:
    return list(wanted) if isinstance(wanted, list | tuple | set | frozenset) else [wanted]


def in_all(tables: Sequence[Columns]) -> Columns:
    """Return the columns that all of some tables have, in the order of the first."""
    first, *others = tables
    common = {kind: set(names).intersection(*(other.get(kind, ()) for other in others)) for kind, names in first.items()}
    return {kind: [name for name in names if name in common[kind]] for kind, names in first.items()}


@dataclass(frozen=True, slots=True)
class Parameter:
    """What the form, the API, the command line and the manual need to know about one parameter."""

    name: str
    kind: str
    """One of: integer, number, boolean, text, choice, choices (any number of them), range (two numbers), column, columns."""
    title: str
    help: str
    default: Value
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """(value, label) pairs of a choice."""
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    required: bool = False
    optional: bool = False
    """Whether it may be left empty, which means None."""
    whole: bool = False
    """Whether both ends of a range are whole numbers."""
    section: str = ""
    column_of: str = ""
    """The input whose columns are the choices."""
    column_kind: str = ""
    """Which of its columns are: one of COLUMN_KINDS; empty for all."""
    show_when: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """It counts only while each of these parameters has one of these values."""
    role_defaults: Mapping[str, Any] = field(default_factory=dict)

    @property
    def several(self) -> bool:
        """Whether its value is a list."""
        return self.kind in ("choices", "range", "columns")

    @property
    def bounds(self) -> str:
        """Say the bounds in words: 'greater than 0 and at most 0.5'."""
        words = {"gt": "greater than", "ge": "at least", "lt": "less than", "le": "at most"}
        return " and ".join(f"{word} {getattr(self, key):g}" for key, word in words.items() if getattr(self, key) is not None)

    @property
    def accepts(self) -> str:
        """Say in a few words what is accepted, for a table: the choices, or what it is and its bounds."""
        if self.choices:
            words = ("any of: " if self.several else "") + ", ".join(label for _, label in self.choices)
        else:
            bounds = self.bounds if self.kind in ("integer", "number", "range") else ""
            words = f"{self._what()}, {bounds}" if bounds else self._what()
        unit = f" ({self.unit})" if self.unit else ""
        return f"{words}{unit}{', or empty' if self.optional else ''}"

    @property
    def rule(self) -> str:
        """Say as one sentence what is accepted."""
        sentence = f"{self.title} must be {self._what()}"
        if self.kind in ("integer", "number", "range") and self.bounds:
            sentence += f", {'both ' if self.kind == 'range' else ''}{self.bounds}"
        return f"{sentence}, or empty." if self.optional else f"{sentence}."

    def _what(self) -> str:
        labels = ", ".join(label for _, label in self.choices)
        numbers = "two whole numbers" if self.whole else "two numbers"
        return {
            "integer": "a whole number",
            "number": "a number",
            "boolean": "yes or no",
            "text": "text",
            "choice": f"one of: {labels}",
            "choices": f"some of: {labels}",
            "range": f"{numbers}, the smaller one first",
            "column": f"the name of one of the table's {self._columns}",
            "columns": f"names of the table's {self._columns}",
        }[self.kind]

    @property
    def _columns(self) -> str:
        return COLUMN_KINDS.get(self.column_kind, "columns")

    def offered(self, columns: Columns) -> list[str]:
        """Return which of an input's columns may be chosen."""
        return [name for kind, names in columns.items() if self.column_kind in ("", kind) or kind == UNKNOWN for name in names]

    def column_fault(self, value: Any, title: str, columns: Columns) -> str:
        """Say which chosen columns are not there, or are of another kind; nothing when all is well. ``title`` is the input's."""
        wanted = value if isinstance(value, list | tuple) else [value] if value else []
        known, offered = {name for names in columns.values() for name in names}, set(self.offered(columns))
        if unknown := [name for name in wanted if name not in known]:
            return f"{title} has no column called {', '.join(repr(name[:64]) for name in unknown[:5])}."
        if others := [name for name in wanted if name not in offered]:
            named = ", ".join(repr(name[:64]) for name in others[:5])
            return f"{self.title} takes {self._columns} of {title}, and {named} {'is none' if len(others) == 1 else 'are none'}."
        return ""

    def default_for(self, role: str = "") -> Value:
        """Return the default for people of a role."""
        return self.role_defaults.get(role, self.default)

    def counts(self, values: Mapping[str, Any]) -> bool:
        """Whether it matters, given the other parameters' values."""
        return all(values.get(name) in wanted for name, wanted in self.show_when.items())

    def in_words(self, value: Any) -> str:
        """Return a value as a person reads it: choices by their labels, both ends of a range, the unit; 'none' for nothing."""
        if value is None or value in ("", []):
            return "none"
        if self.kind == "boolean":
            return "yes" if value else "no"
        if self.choices:
            labels = dict(self.choices)
            return ", ".join(labels.get(str(one), str(one)) for one in (value if isinstance(value, list | tuple) else [value]))
        text = " to ".join(self.as_text(end) for end in value) if self.kind == "range" else self.as_text(value)
        return f"{text} {self.unit}".strip()

    def as_text(self, value: Any) -> str:
        """Return a value as a person types it: numbers short, lists with commas, None as nothing."""
        if value is None:
            return ""
        if isinstance(value, list | tuple):
            return f"{SEPARATOR} ".join(self.as_text(item) for item in value)
        if isinstance(value, float) and float(short := f"{value:g}") == value:
            return short
        return str(value)
