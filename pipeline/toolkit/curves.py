"""A table of numbers by rows and columns without sample ids, as instruments and simulations write them: ``.dat``, ``.txt``, ``.csv``."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pipeline.toolkit.checked import Checked, opened_text
from pipeline.toolkit.errors import ToolError
from pipeline.toolkit.findings import Finding, error, errors_in, note
from pipeline.toolkit.inputs import ANY_SIZE, Limits
from pipeline.toolkit.tables.lines import LineTooLong, text_lines
from pipeline.toolkit.tables.wording import listed, plural, quoted

if TYPE_CHECKING:
    import numpy as np

COMMENT = ("#", "%", "!", ";")
SEPARATORS = re.compile(r"[\s,;]+")
PREVIEW_ROWS = 8
FEWEST_ROWS = 2


@dataclass(frozen=True, eq=False)
class CurveTable:
    """Numbers measured or computed at the same points: each row is a point, each column a quantity.

    Attributes:
        values: float64, shape (points, columns), finite.
        names: Names of the columns, from a header line if there was one, else ``column 1`` and so on.
        label: What the data are, in the person's words.
        notes: What reading left out, one sentence each; recorded with the result.
        name: What the person calls the file.
    """

    values: "np.ndarray"
    names: tuple[str, ...] = ()
    label: str = ""
    notes: tuple[str, ...] = field(default=())
    name: str = ""

    kind: ClassVar[str] = "curve_table"
    title: ClassVar[str] = "Table of curves"
    lighter: ClassVar[str] = "fewer curves or points"
    suffixes: ClassVar[tuple[str, ...]] = (".dat", ".txt", ".csv", ".tsv")

    @staticmethod
    def rules(limits: Limits) -> list[str]:
        """Say what is accepted, one sentence each."""
        return [
            "One point on each line: the same count of numbers, separated by blanks, tabs, commas or semicolons.",
            "Lines of words before the numbers are heading; lines that begin with # are skipped.",
            f"At most {limits.megabytes} MB, {limits.max_samples:,} lines and {limits.max_features:,} columns.",
        ]

    @staticmethod
    def extent(facts: Mapping[str, Any]) -> str:
        """Say how large a table is, by what its check measured."""
        return f"{plural(facts['rows'], 'point')} × {plural(facts['columns'], 'column')}"

    @staticmethod
    def measured(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Say what else its check measured: title and words of each."""
        names = (facts.get("preview") or {}).get("columns") or []
        more = ", …" if facts["columns"] > len(names) else ""
        return [("Columns", f"{', '.join(names)}{more}" or "–"), ("Encoding", facts.get("encoding") or "unknown")]

    @classmethod
    def of(cls, value: Any) -> "CurveTable":
        """Accept a table, an array of shape (points, columns) or a path; used for plain calls.

        Raises:
            TypeError: If the value is none of these.
            ToolError: If the file cannot be read, or a number is missing.
        """
        import numpy as np

        if isinstance(value, CurveTable):
            return value
        if isinstance(value, str | Path):
            return cls.read(Path(value))
        values = np.asarray(value, dtype="float64")
        if values.ndim != 2:
            message = f"Expected a table, a path or an array of points × columns, got {values.ndim} dimensions."
            raise TypeError(message)
        if not np.isfinite(values).all():
            message = "The table has cells without a finite number."
            raise ToolError(message)
        return cls(values, _names(values.shape[1]))

    @classmethod
    def read(cls, path: Path, label: str = "") -> "CurveTable":
        """Read a stored file by the rules of the check.

        Raises:
            ToolError: If the check would find an error in it; says the first one.
        """
        table: CurveTable = cls.check(path, ANY_SIZE).needed()
        return cls(table.values, table.names, label, table.notes, Path(path).name)

    @classmethod
    def check(cls, path: Path, limits: Limits, filename: str = "") -> Checked:
        """Check one file: text, then numbers line by line, the same number on each."""
        findings, facts, encoding = opened_text(path, limits, filename, cls, columns=0)
        if not encoding:
            return Checked(findings, facts)
        with path.open("rb") as handle:
            try:
                lines = _read_lines(text_lines(handle, encoding), limits)
            except LineTooLong as fault:
                findings.append(error(f"Line {fault.row} is too long for a table.", "Write one point on each line.", row=fault.row))
                return Checked(findings, facts)
        findings += lines.findings(limits)
        facts |= {"rows": len(lines.rows), "columns": lines.width, "preview": lines.preview()}
        if errors_in(findings):
            return Checked(findings, facts)
        return Checked(findings, facts, lines.table())


def _names(columns: int) -> tuple[str, ...]:
    return tuple(f"column {number}" for number in range(1, columns + 1))


@dataclass
class _Lines:
    """What the lines of a file held."""

    rows: list[list[float]] = field(default_factory=list)
    names: tuple[str, ...] = ()
    width: int = 0
    heading: int = 0
    faults: list[Finding] = field(default_factory=list)
    faulty: int = 0
    cut: bool = False

    def fault(self, found: Finding) -> None:
        """Keep the first faults, count all."""
        self.faulty += 1
        if self.faulty <= 20:
            self.faults.append(found)

    def findings(self, limits: Limits) -> list[Finding]:
        """Say everything about the file as a whole, then line by line."""
        if self.cut:
            message = f"The file has more than {plural(limits.max_samples, 'line')} or {plural(limits.max_features, 'column')} of numbers."
            return [error(message, "Leave out what you do not need.")]
        found = list(listed(self.faults, lambda rest: error(f"{plural(rest, 'more line')} cannot be read.", ""), self.faulty))
        if len(self.rows) < FEWEST_ROWS:
            message = f"The file has {plural(len(self.rows), 'line')} of numbers; at least {FEWEST_ROWS} are needed."
            return [*found, error(message, "Write one point on each line, its numbers separated by blanks, tabs or commas.")]
        if self.heading:
            found.append(note(f"{plural(self.heading, 'line')} before the numbers {'is' if self.heading == 1 else 'are'} heading."))
        return found

    def preview(self) -> dict[str, Any]:
        """Return the first rows as text."""
        names = self.names or _names(self.width)
        return {"columns": list(names[:9]), "rows": [[f"{cell:g}" for cell in row[:9]] for row in self.rows[:PREVIEW_ROWS]]}

    def table(self) -> CurveTable:
        """Return the numbers."""
        import numpy as np

        names = self.names if len(self.names) == self.width else _names(self.width)
        return CurveTable(np.array(self.rows, dtype="float64"), names)


def _read_lines(lines: Any, limits: Limits) -> _Lines:
    found = _Lines()
    for number, line in lines:
        text = line.strip().strip(",;").strip()
        if not text:
            continue
        cells = SEPARATORS.split(text.lstrip("".join(COMMENT)).strip()) if text.startswith(COMMENT) else SEPARATORS.split(text)
        if text.startswith(COMMENT) or (not found.rows and not _numeric(cells)):
            if not found.rows:
                found.heading += 1
                found.names = tuple(cells)
            continue
        _take(found, number, cells)
        if len(found.rows) > limits.max_samples or found.width > limits.max_features:
            found.cut = True
            break
    return found


def _take(found: _Lines, number: int, cells: Sequence[str]) -> None:
    values = []
    for column, cell in enumerate(cells, 1):
        value = _number(cell)
        if value is None:
            name = found.names[column - 1] if len(found.names) == len(cells) else f"{column}"
            found.fault(
                error(f"{quoted(cell)} is not a finite number.", "Write a number such as 0.0125 or 1.25e-2.", row=number, column=name)
            )
            return
        values.append(value)
    found.width = found.width or len(values)
    if len(values) != found.width:
        message = f"This line has {plural(len(values), 'number')}; the ones before have {found.width}."
        found.fault(error(message, "Give every line the same numbers.", row=number))
        return
    found.rows.append(values)


def _numeric(cells: Sequence[str]) -> bool:
    return all(_number(cell) is not None for cell in cells)


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in cell else None
