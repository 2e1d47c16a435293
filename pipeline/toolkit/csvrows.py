"""Many rows as CSV, fast: numbers with the fewest digits that read back to the same, missing values empty, text guarded as in ``csvtext``.

Arrow's writer is some ten times as fast as pandas'. The numbers are the same; an exponent is written ``1e-7``, not ``1e-07``.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pandas as pd
from arro3.core import Array, DataType, Table
from arro3.io import write_csv

from pipeline.toolkit.csvtext import guard

if TYPE_CHECKING:
    import numpy as np


def texts(values: Sequence[Any]) -> Array:
    """Return texts as a column, each guarded; None is a missing one. ``take`` picks from it by place."""
    return Array([None if value is None else guard(str(value)) for value in values], type=DataType.string())


def numbers(values: "np.ndarray[Any, Any]") -> Array:
    """Return numbers as a column; NaN is a missing one."""
    if values.dtype.kind == "f" and (gaps := values != values).any():  # noqa: PLR0124 - what is not itself is NaN
        return Array([None if gap else float(value) for gap, value in zip(gaps, values, strict=True)], type=DataType.float64())
    return Array.from_numpy(values)


def csv_of(columns: Mapping[str, Array], *, header: bool = False) -> bytes:
    """Return columns as CSV."""
    names = [guard(name) for name in columns]
    out = BytesIO()
    if header or len(next(iter(columns.values()), ())):
        write_csv(Table.from_arrays(list(columns.values()), names=names), out, header=header)
    return out.getvalue()


def csv_bytes(frame: pd.DataFrame, *, header: bool = False) -> bytes:
    """Return a frame as CSV, without its row names."""
    return csv_of({str(name): _column(frame[name]) for name in frame.columns}, header=header)


def _column(values: "pd.Series[Any]") -> Array:
    if values.dtype.kind in "iuf":
        return numbers(values.to_numpy())
    return texts([None if gap else value for gap, value in zip(values.isna(), values, strict=True)])
