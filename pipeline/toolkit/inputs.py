"""What a tool may ask for. The kind says how a file is checked and read; ``Input`` says what the person is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pipeline.toolkit.formats import SUFFIXES
from pipeline.toolkit.progress import Progress

if TYPE_CHECKING:  # pandas takes long to load, and the check of a bad file must not wait for it
    import numpy as np
    import pandas as pd

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How large and how small inputs may be. The site passes its settings; the defaults serve a laptop."""

    max_file_bytes: int = 500 * MIB
    max_samples: int = 5_000
    max_features: int = 50_000
    min_features: int = 10
    min_shared_samples: int = 15

    @property
    def megabytes(self) -> int:
        """The size of the largest file, for people."""
        return self.max_file_bytes // MIB


NO_END = 2**62
ANY_SIZE = Limits(max_file_bytes=NO_END, max_samples=NO_END, max_features=NO_END)
"""For files that have been accepted already, or that lie on one's own computer."""


@dataclass(frozen=True, slots=True)
class Input:
    """What a person is told about one input of a tool."""

    title: str = ""
    """Its name for people. The argument's name in words when left out."""
    help: str = ""
    """What it holds. What the docstring says of the argument when left out."""
    type_title: str = ""
    type_example: str = ""
    at_least: int | None = None
    """For a ``FileList``: how many files are needed; one unless said."""
    at_most: int | None = None
    """For a ``FileList``: how many files are taken; twenty unless said."""


@dataclass(frozen=True, eq=False)
class SampleTable:
    """A table of numbers: rows are samples, columns are features, the first column holds sample ids.

    Attributes:
        frame: float64 values, shape (samples, features); index = sample ids, columns = feature names, both text;
            missing values are NaN.
        label: What the data are, in the person's words ("genes").
        notes: What reading left out or changed, one sentence each; recorded with the result.
        name: What the person calls the file.
        text: The columns of words, as text, such as groups; index as that of ``frame``; without columns when there are none.
    """

    frame: "pd.DataFrame"
    label: str = ""
    notes: tuple[str, ...] = field(default=())
    name: str = ""
    text: "pd.DataFrame" = field(default=None)  # type: ignore[assignment]  # made in __post_init__

    kind: ClassVar[str] = "sample_table"
    title: ClassVar[str] = "Table of samples"
    lighter: ClassVar[str] = "fewer features or samples"
    suffixes: ClassVar[tuple[str, ...]] = SUFFIXES
    has_columns: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Without columns of words, hold a table of none."""
        if self.text is None:
            object.__setattr__(self, "text", self.frame.iloc[:, :0])

    @staticmethod
    def rules(limits: Limits) -> list[str]:
        """Say what is accepted, one sentence each."""
        return [
            "First column: sample ids. First row: feature names. All else: numbers.",
            f"At most {limits.megabytes} MB, {limits.max_samples:,} samples and {limits.max_features:,} features.",
            f"At least {limits.min_features} features. Empty cells and NA count as missing.",
            "Text, also packed by gzip; the first sheet of an Excel workbook; Parquet, Feather or AnnData.",
        ]

    @staticmethod
    def extent(facts: Mapping[str, Any]) -> str:
        """Say how large a table is, by what its check measured."""
        return f"{facts['rows']:,} samples × {facts['columns']:,} features"

    @staticmethod
    def measured(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Say what else its check measured: title and words of each."""
        from pipeline.toolkit.tables.facts import in_words

        return in_words(facts)

    @classmethod
    def of(cls, value: Any) -> "SampleTable":
        """Accept a table, a DataFrame (index = sample ids) or a path; used for plain calls.

        Raises:
            TypeError: If the value is none of these.
            ToolError: If the file cannot be read as a table.
        """
        import pandas as pd

        if isinstance(value, SampleTable):
            return value
        if isinstance(value, pd.DataFrame):
            named = value.set_axis(value.index.map(str), axis=0).set_axis(value.columns.map(str), axis=1)
            words = [name for name in named.select_dtypes(include=["str", "object", "string", "category"]) if not _is_numeric(named[name])]
            return cls(named.drop(columns=words).astype("float64"), text=named[words].astype("str"))
        if isinstance(value, str | Path):
            return cls.read(Path(value))
        message = f"Expected a table, a DataFrame or a path, got {type(value).__name__}."
        raise TypeError(message)

    @classmethod
    def read(cls, path: Path, label: str = "", progress: Progress | None = None) -> "SampleTable":
        """Read a stored file by the same rules as the check; text columns are left out and noted."""
        from pipeline.toolkit.tables.read import read_sample_table

        return replace(read_sample_table(path, label=label, progress=progress), name=Path(path).name)

    @property
    def values(self) -> "np.ndarray":
        """The numbers alone: float64, shape (samples, features); a view of the frame's, which is not to be written to."""
        return self.frame.to_numpy()

    @property
    def ids(self) -> list[str]:
        """The sample ids, in the order of the rows."""
        return self.frame.index.tolist()

    @property
    def names(self) -> list[str]:
        """The feature names, in the order of the columns."""
        return self.frame.columns.tolist()

    @property
    def column_names(self) -> dict[str, list[str]]:
        """The names of its columns by kind: of numbers, and of words."""
        return {"number": [str(name) for name in self.frame.columns], "text": [str(name) for name in self.text.columns]}

    @classmethod
    def columns(cls, path: Path, facts: Mapping[str, Any]) -> dict[str, list[str]]:
        """Return the names of the columns of a stored file by kind, the sample ids apart; nothing of the numbers is read.

        ``facts`` are what its check measured. Where they do not say which columns hold words, the kind is unknown.
        """
        from pipeline.toolkit.parameters import UNKNOWN
        from pipeline.toolkit.tables.opening import column_names

        names = column_names(path)
        if "text_columns" not in facts:
            return {UNKNOWN: names}
        words, empty = set(facts["text_columns"]), set(facts["empty_columns"])
        return {"number": [name for name in names if name not in words | empty], "text": [name for name in names if name in words]}


def _is_numeric(column: "pd.Series") -> bool:
    try:
        column.astype("float64")
    except (TypeError, ValueError):
        return False
    return True
