"""Input kinds in plain calls."""

import pandas as pd
import pytest

from pipeline.toolkit import SampleTable


def test_a_frame_becomes_a_table_with_text_names():
    table = SampleTable.of(pd.DataFrame({1: [1, 2], "b": [3.5, None]}, index=[10, 20]))
    assert list(table.frame.index) == ["10", "20"]
    assert list(table.frame.columns) == ["1", "b"]
    assert set(map(str, table.frame.dtypes)) == {"float64"}


def test_a_table_is_taken_as_it_is():
    table = SampleTable(pd.DataFrame())
    assert SampleTable.of(table) is table


def test_a_path_is_read(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("id,a\ns1,1\n")
    assert SampleTable.of(str(path)).frame.loc["s1", "a"] == 1.0


def test_anything_else_is_refused():
    with pytest.raises(TypeError, match="got int"):
        SampleTable.of(5)
