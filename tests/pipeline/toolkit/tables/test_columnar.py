"""Parquet and Feather: the same table, whichever way it is written; types that are no numbers are told."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from arro3.core import Array, DataType, Field, RecordBatch, Schema, list_array
from arro3.io import write_ipc, write_parquet

from pipeline.toolkit import Limits
from pipeline.toolkit.tables import read_sample_table
from tests.pipeline.toolkit.tables.tried import checked_file, said

F64, TEXT = DataType.float64(), DataType.string()
Column = tuple[str, list[Any], DataType]
TABLE: list[Column] = [("id", ["s1", "s2"], TEXT), ("a", [1.5, -3.0], F64), ("b", [2.0, 0.005], F64)]
BOTH = pytest.mark.parametrize("suffix", [".parquet", ".feather"])


def array(values: list[Any], kind: DataType) -> Array:
    if DataType.is_list(kind):
        return list_array(Array(list(range(len(values) + 1)), DataType.int32()), Array(values, DataType.int64()))
    if DataType.is_timestamp(kind):
        return Array(values, DataType.int64()).cast(kind)
    return Array(values, F64).cast(kind) if DataType.is_decimal(kind) else Array(values, kind)


def written(path: Path, columns: list[Column], metadata: dict[str, str] | None = None) -> Path:
    schema = Schema([Field(name, kind, nullable=True) for name, _, kind in columns], metadata=metadata)
    batch = RecordBatch.from_arrays([array(values, kind) for _, values, kind in columns], schema=schema)
    (write_parquet if path.suffix == ".parquet" else write_ipc)(batch, path)
    return path


@BOTH
def test_a_table(tmp_path, suffix):
    path = written(tmp_path / f"x{suffix}", TABLE)
    result = checked_file(path)
    assert result.findings == []
    assert result.facts["preview"] == {"columns": ["id", "a", "b"], "rows": [["s1", "1.5", "2.0"], ["s2", "-3.0", "0.005"]]}
    table = read_sample_table(path)
    assert (table.ids, table.names, table.values.tolist(), table.notes) == (["s1", "s2"], ["a", "b"], [[1.5, 2], [-3, 0.005]], ())


@BOTH
def test_numbers_of_every_type(tmp_path, suffix):
    kinds = [DataType.int8(), DataType.uint16(), DataType.int64(), DataType.uint64(), DataType.float32(), F64, DataType.decimal128(5, 2)]
    columns = [(f"c{n}", [1, None, 3], kind) for n, kind in enumerate(kinds)]
    path = written(tmp_path / f"x{suffix}", [("id", ["s1", "s2", "s3"], TEXT), *columns])
    result = checked_file(path)
    assert [f.severity for f in result.findings] == ["warning"], "a third of the values is missing"
    np.testing.assert_array_equal(read_sample_table(path).values, [[1.0] * 7, [math.nan] * 7, [3.0] * 7])


@BOTH
def test_what_was_changed_is_noted(tmp_path, suffix):
    whole = ("w", [2**60 + 1, 1], DataType.int64())
    path = written(tmp_path / f"x{suffix}", [("id", [7, 8], DataType.int64()), ("a", ["1.5", "NA"], TEXT), ("b", [1.0, 2.0], F64), whole])
    told = (
        "1 cell with a number written as text taken for that number.",
        "2 sample ids that are numbers written as text.",
        "1 whole number beyond 9,007,199,254,740,992 rounded to what a floating point number holds.",
    )
    assert tuple(f.message for f in checked_file(path).findings if f.message in told) == told
    table = read_sample_table(path)
    assert (table.ids, table.notes) == (["7", "8"], told)
    np.testing.assert_array_equal(table.values, [[1.5, 1, 2.0**60], [math.nan, 2, 1]])


@BOTH
def test_what_is_no_number_is_told(tmp_path, suffix):
    columns = [
        *TABLE,
        ("inf", [1.0, math.inf], F64),
        ("mixed", ["3", "five"], TEXT),
        ("when", [0, 86_400_000_000], DataType.timestamp("us")),
        ("flag", [True, False], DataType.bool()),
        ("group", ["x", "y"], TEXT),
        ("none", [None, None], F64),
        ("list", [1, 2], DataType.list(Field("", DataType.int64(), nullable=True))),
    ]
    result = checked_file(written(tmp_path / f"x{suffix}", columns))
    assert (said(result, "infinite").row, said(result, "infinite").column) == (2, "inf")
    assert said(result, "'five' is no number").message.startswith("Row 2, column 'mixed'")
    assert said(result, "Column 'list' holds lists or records").severity == "error"
    assert {column: said(result, f"Column '{column}'").severity for column in ("when", "flag", "group", "none")} == dict.fromkeys(
        ("when", "flag", "group", "none"), "warning"
    )


@BOTH
def test_columns_of_words_are_there_as_text(tmp_path, suffix):
    path = written(tmp_path / f"x{suffix}", [*TABLE, ("group", ["x", None], TEXT)])
    assert read_sample_table(path).text["group"].tolist() == ["x", ""]


@BOTH
def test_the_index_that_pandas_wrote_holds_the_ids(tmp_path, suffix):
    columns = [*TABLE[1:], ("__index_level_0__", ["p", "q"], TEXT)]
    path = written(tmp_path / f"x{suffix}", columns, {"pandas": json.dumps({"index_columns": ["__index_level_0__"]})})
    table = read_sample_table(path)
    assert (table.ids, table.names) == (["p", "q"], ["a", "b"])
    assert checked_file(path).facts["preview"]["columns"] == ["", "a", "b"]


@BOTH
def test_limits_hold_before_the_table_is_read(tmp_path, suffix):
    wide = written(tmp_path / f"wide{suffix}", [("id", ["s"], TEXT), *((f"f{n}", [1.0], F64) for n in range(30))])
    assert "31 columns; at most 20 features" in said(checked_file(wide, Limits(max_features=20)), "31 columns").message
    tall = written(
        tmp_path / f"tall{suffix}", [("id", [str(n) for n in range(3_000)], TEXT), ("a", [0.0] * 3_000, F64), ("b", [1.0] * 3_000, F64)]
    )
    assert said(checked_file(tall, Limits(max_samples=2_999)), "At most 2,999 samples")
    assert checked_file(tall, Limits(max_samples=3_000, min_features=2)).table
    assert said(checked_file(tall, Limits(max_file_bytes=10)), "MiB")


@BOTH
def test_ids_and_names_are_checked_as_in_text(tmp_path, suffix):
    path = written(tmp_path / f"x{suffix}", [("id", ["s1", "s1", ""], TEXT), ("a", [1.0, 2.0, 3.0], F64), (" ", [1.0, 2.0, 3.0], F64)])
    result = checked_file(path)
    assert said(result, "'s1' on row 2 stands on row 1 already").row == 2
    assert said(result, "Row 3 has no sample id").row == 3
    assert said(result, "Column 3 has no name")


@BOTH
def test_damage_gets_a_sentence(tmp_path, suffix):
    sound = written(tmp_path / f"x{suffix}", [*TABLE, ("group", ["x", "y"], TEXT)]).read_bytes()
    path = tmp_path / f"y{suffix}"
    for content in [
        sound[:20],
        sound[:-10],
        sound[:-8] + b"\xff\xff\xff\x7f" + sound[-4:],
        sound[:8] + b"\xff" * (len(sound) - 16) + sound[-8:],
    ]:
        path.write_bytes(content)
        assert said(checked_file(path), "cannot be read: it is cut off, damaged").severity == "error"


def test_the_name_must_say_it(tmp_path):
    path = written(tmp_path / "x.parquet", TABLE)
    for name, part in [("x.csv", "This is a Parquet file, not a text table."), ("x.feather", "ends in .feather, but it is a Parquet file")]:
        assert said(checked_file(path, filename=name), part).severity == "error"
    path.write_bytes(b"FEA1" + b"\x00" * 100)
    assert said(checked_file(path, filename="x.feather"), "Feather file of version 1")
