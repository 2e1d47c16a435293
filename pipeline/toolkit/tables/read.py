"""What a tool gets from a stored file: read by the very parser that checked it."""

from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.toolkit.errors import ToolError
from pipeline.toolkit.findings import Severity, errors_in
from pipeline.toolkit.inputs import ANY_SIZE, SampleTable
from pipeline.toolkit.tables.wording import names, plural

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.toolkit.tables.columns import Columns
    from pipeline.toolkit.tables.matrix import Parsed
    from pipeline.toolkit.tables.prescan import Scan

STORED = replace(ANY_SIZE, min_features=1, min_shared_samples=1)
"""Sizes are the site's business, and checked before a study is saved; a notebook may read what fits into memory."""


def to_sample_table(table: "Parsed", columns: "Columns", label: str = "", assumed: Iterable[str] = ()) -> SampleTable:
    """Turn a parsed table into what tools get: columns without numbers are left out, and noted after what was ``assumed``."""
    import pandas as pd

    notes = list(assumed)
    for kind, what in ((columns.text, "with text"), (columns.empty, "without any value")):
        if kind:
            notes.append(f"{plural(len(kind), 'column')} {what} left out: {names([table.names[c] for c in kind], most=10)}.")
    assert table.values is not None, "they were asked for"
    kept = columns.numeric
    values = table.values if len(kept) == len(table.names) else table.values[:, kept]
    index, header = pd.Index(table.ids, dtype="str"), pd.Index([table.names[c] for c in kept], dtype="str")
    return SampleTable(pd.DataFrame(values, index=index, columns=header, copy=False), label=label, notes=tuple(notes))


def read_sample_table(path: Path, label: str = "") -> SampleTable:
    """Read a table of samples by features by the rules of ``docs/formats.md``; missing values become NaN.

    Raises:
        ToolError: If the check would find an error in the file, whatever its size; says the first one.
    """
    from pipeline.toolkit.tables.check import check_table

    checked = check_table(Path(path), STORED, keep=True)
    if errors := errors_in(checked.findings):
        raise ToolError(f"{errors[0].message} {errors[0].cure}".strip())
    assert checked.table is not None, "a table without errors has been parsed"
    assert checked.columns is not None
    assumed = [finding.message for finding in checked.scan.findings if finding.severity == Severity.WARNING]
    read = to_sample_table(checked.table, checked.columns, label, assumed)
    return replace(read, text=_words(Path(path), checked.scan, checked.table, checked.columns.text)) if checked.columns.text else read


def _words(path: Path, scan: "Scan", table: "Parsed", columns: list[int]) -> "pd.DataFrame":
    """Read the columns of words once more, as they are written; a cell without any is empty."""
    import pandas as pd

    from pipeline.toolkit.tables.lines import Misquoted, splitter, text_lines

    split, wanted = splitter(scan.delimiter), frozenset(table.rows)
    found: list[list[str]] = []
    with path.open("rb") as handle, closing(text_lines(handle, scan.encoding)) as lines:
        for row, line in lines:
            if row in wanted:
                with suppress(Misquoted):  # it would not be in the table
                    cells = split(line)
                    found.append([cells[column + 1].strip() for column in columns])
    return pd.DataFrame(found, index=pd.Index(table.ids, dtype="str"), columns=[table.names[column] for column in columns], dtype="str")
