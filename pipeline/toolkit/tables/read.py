"""What a tool gets from a stored file: read by the very parser that checked it."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.toolkit.errors import ToolError
from pipeline.toolkit.findings import Severity, errors_in
from pipeline.toolkit.inputs import ANY_SIZE, SampleTable
from pipeline.toolkit.progress import Progress
from pipeline.toolkit.tables.wording import names, plural

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.toolkit.tables.check import CheckedTable
    from pipeline.toolkit.tables.columns import Columns
    from pipeline.toolkit.tables.matrix import Parsed

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


def read_sample_table(path: Path, label: str = "", progress: Progress | None = None) -> SampleTable:
    """Read a table of samples by features, of any format, by the rules of ``docs/formats.md``; missing values become NaN.

    Raises:
        ToolError: If the check would find an error in the file, whatever its size; says the first one.
    """
    from pipeline.toolkit.tables.check import check_table

    tell = None if progress is None else lambda part: progress("Reading data", part)
    checked = check_table(Path(path), STORED, keep=True, tell=tell)
    if errors := errors_in(checked.findings):
        raise ToolError(f"{errors[0].message} {errors[0].cure}".strip())
    assert checked.table is not None, "a table without errors has been read"
    assert checked.columns is not None
    assumed = [finding.message for finding in checked.scan.findings if finding.severity == Severity.WARNING]
    read = to_sample_table(checked.table, checked.columns, label, [*assumed, *checked.scan.converted])
    return replace(read, text=_words(checked)) if checked.columns.text else read


def _words(checked: "CheckedTable") -> "pd.DataFrame":
    """Return the columns of words as they are written; a cell without any is empty."""
    import pandas as pd

    assert checked.table is not None, "only what was read has columns"
    assert checked.columns is not None
    columns = checked.columns.text
    names, index = [checked.table.names[column] for column in columns], pd.Index(checked.table.ids, dtype="str")
    return pd.DataFrame(checked.words(columns), index=index, columns=names, dtype="str")
