"""What a tool gets is what the check saw."""

import gzip
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.toolkit import SampleTable, ToolError
from pipeline.toolkit.tables import opening, read_sample_table
from pipeline.toolkit.tables.cells import MISSING, value_of
from pipeline.toolkit.tables.numbers import _floats


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "stored"
    path.write_bytes(text.encode())
    return path


def test_numbers_ids_and_names(tmp_path):
    path = table(tmp_path, "id,a,007\n001,1.5,-2e-3\nNA,,+.5\n1e5,NaN,3.\n")
    read = read_sample_table(path, label="genes")
    assert list(read.frame.index) == ["001", "NA", "1e5"]
    assert list(read.frame.columns) == ["a", "007"]
    np.testing.assert_array_equal(read.frame.to_numpy(), [[1.5, -0.002], [math.nan, 0.5], [math.nan, 3.0]])
    assert read.label == "genes"
    assert read.notes == ()


def test_columns_without_numbers_are_left_out_and_noted(tmp_path):
    read = SampleTable.read(table(tmp_path, "id,a,sex,none\ns1,1,f,\ns2,2,m,NA\n"))
    assert list(read.frame.columns) == ["a"]
    assert read.notes == ("1 column with text left out: 'sex'.", "1 column without any value left out: 'none'.")


def test_what_was_assumed_is_noted(tmp_path):
    path = table(tmp_path, "")
    path.write_bytes("a b\ngröße 1 2\ns2 3 4\n".encode("cp1252"))
    notes = read_sample_table(path).notes
    assert len(notes) == 2
    assert "Windows-1252" in notes[0]
    assert "write.table" in notes[1]


def test_size_is_no_matter_here(tmp_path):
    assert read_sample_table(table(tmp_path, "id,a\ns1,1\n")).frame.shape == (1, 1)


@pytest.mark.parametrize("text", ["id,a,b\ns1,1,x\ns2,2,3\n", "id,a,b\ns1,1,2\ns1,2,3\n", "id,a,b\ns1,1\ns2,2,3\n", "", "id,a,a\ns1,1,2\n"])
def test_a_file_with_an_error_is_not_read(tmp_path, text):
    with pytest.raises(ToolError) as caught:
        read_sample_table(table(tmp_path, text))
    assert str(caught.value).endswith(".")


CELLS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers().map(str),
    st.sampled_from(sorted(MISSING)),
    st.text(st.sampled_from("0123456789+-.eE_, infaNxX١²"), max_size=7),
    st.sampled_from(["1e400", "-inf", "Infinity", "nan", "+nan", "NAN", "nAn", " 1 ", "1_0", "0x1", "1e5", "٣", "1\u00a0"]),
)


@given(st.lists(CELLS, min_size=1, max_size=4))
def test_the_fast_way_and_the_careful_way_agree(cells):
    careful = [value_of(cell) for cell in cells]
    fast = _floats(list(cells), ",".join(cells))
    if fast is not None:
        assert None not in careful
        np.testing.assert_array_equal(np.array(fast), np.array(careful, dtype=float))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_to_the_last_bit(number):
    assert value_of(repr(number)) == number


def test_columns_of_words_are_there_as_text(tmp_path):
    read = SampleTable.read(table(tmp_path, 'id,a,sex,b,group\ns1,1,f,2,"x, y"\ns2,2,m,3,\n'))
    assert list(read.frame.columns) == ["a", "b"]
    assert read.text.to_dict("list") == {"sex": ["f", "m"], "group": ["x, y", ""]}
    assert list(read.text.index) == list(read.frame.index) == ["s1", "s2"]


def test_names_of_columns_are_read_once_for_each_content(tmp_path, monkeypatch):
    path, packed = table(tmp_path, "id,a,b\ns1,1,2\ns2,2,3\n"), tmp_path / "packed"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert opening.column_names(path) == opening.column_names(packed) == ["a", "b"]
    with monkeypatch.context() as patched:
        patched.delattr(opening, "prescan")
        assert opening.column_names(path) == ["a", "b"]
    path.write_text("id,a,c,d\ns1,1,2,3\n")
    assert opening.column_names(path) == ["a", "c", "d"]


def test_without_words_there_is_a_table_of_none(tmp_path):
    read = SampleTable.read(table(tmp_path, "id,a\ns1,1\ns2,2\n"))
    assert read.text.shape == (2, 0)


def test_a_plain_table_is_parted_in_numbers_and_words():
    mixed = pd.DataFrame({"a": [1, 2], "sex": ["f", "m"], "n": pd.Series([1.5, 2], dtype="object")}, index=[7, 8])
    read = SampleTable.of(mixed)
    assert (list(read.frame.columns), list(read.text.columns)) == (["a", "n"], ["sex"])
    assert list(read.text.index) == ["7", "8"]
