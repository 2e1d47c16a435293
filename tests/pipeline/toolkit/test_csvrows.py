"""The fast way to CSV says what the slow one says."""

import io

import numpy as np
import pandas as pd
import pytest

from pipeline.toolkit.csvrows import csv_bytes, csv_of, numbers, texts
from pipeline.toolkit.csvtext import write_csv


def test_every_number_reads_back_to_itself():
    bits = np.random.default_rng(0).integers(0, 2**63 - 1, 200_000, dtype=np.int64).view(np.float64)
    edges = np.array([0.0, 1.0, 0.1, 1e-5, 1e16, 1e22, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308])
    values = np.concatenate([bits[np.isfinite(bits)], edges, -edges])
    lines = csv_of({"x": numbers(values)}).split()
    assert np.array_equal(np.array([float(line) for line in lines]), values)
    assert sum(map(len, lines)) <= sum(len(repr(value)) for value in values.tolist()), "no digit too many"


def test_it_says_what_the_other_writer_says(tmp_path):
    frame = pd.DataFrame(
        {
            "=name": ["a", 'say "hi", twice', "line\nbreak", None, "=SUM(A1)", "-log10", "+cmd|x", "'@b", "", "µ"],
            "x": [0.5, np.nan, 1.0, -0.25, 123456.0, 3.0, 2.0, 1.5, 0.0, -1.0],
            "n": range(10),
        }
    )
    write_csv(frame, tmp_path / "slow.csv", names=False)
    assert csv_bytes(frame, header=True) == (tmp_path / "slow.csv").read_bytes()


def test_parts_put_together_are_the_whole():
    frame = pd.DataFrame({"a": ["x", "y", "z"], "b": [1.5, 2.5, np.nan]})
    whole = csv_bytes(frame, header=True)
    parts = csv_bytes(frame.iloc[:0], header=True) + csv_bytes(frame.iloc[:2]) + csv_bytes(frame.iloc[2:]) + csv_bytes(frame.iloc[3:])
    assert parts == whole == b"a,b\nx,1.5\ny,2.5\nz,\n"


@pytest.mark.parametrize("kind", ["int64", "uint32", "float32", "float64"])
def test_numbers_of_every_kind(kind):
    assert csv_of({"x": numbers(np.array([1, 2], dtype=kind))}).split() == ([b"1", b"2"] if "int" in kind else [b"1.0", b"2.0"])


def test_names_are_guarded_once_and_picked_by_place():
    names = texts(["@a", "b,c"])
    picked = csv_of({"name": names.take(numbers(np.array([1, 0, 1], dtype=np.uint32)))})
    assert pd.read_csv(io.BytesIO(picked), header=None)[0].tolist() == ["b,c", "'@a", "b,c"]
