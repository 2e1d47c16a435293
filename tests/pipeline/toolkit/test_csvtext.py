"""Names stay as they are, unless a spreadsheet would run them."""

import numpy as np
import pandas as pd
import pytest

from pipeline.toolkit.csvtext import guard, write_csv

HARMLESS = [
    "",
    "feat1",
    "-log10",
    "+/-",
    "-1",
    "+2.5e3",
    "-",
    "-a b",
    "+H3K27ac",
    "3'-UTR",
    "5'",
    "'quoted'",
    "a=b",
    "x@y",
    "-1.5/2",
    "−minus",
    "|r|",
]
DANGEROUS = [
    "=1+1", "=HYPERLINK(\"http://evil\")", "@SUM(A1)", "+SUM(A1:A2)", "-cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "\t=1", "\r=1",
    "+A1!B2", "-1;=2", "+1\n=2", "-log10(p)", "'=1", "''=1",
]  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_names_of_science_stay(text):
    assert guard(text) == text


@pytest.mark.parametrize("text", DANGEROUS)
def test_formulas_are_guarded_and_one_apostrophe_off_gives_them_back(text):
    assert guard(text) == f"'{text}"


def test_every_text_is_still_told_apart():
    everything = HARMLESS + DANGEROUS
    assert len({guard(text) for text in everything}) == len(everything)


def test_cells_headers_and_row_names_are_guarded_and_counted(tmp_path):
    frame = pd.DataFrame({"=head": ["=a", "fine", "=a"], "number": [-1.5, np.nan, 1e-300]}, index=["@row", "-log10", "x"])
    before = frame.copy()
    assert write_csv(frame, tmp_path / "x.csv", names=True) == 4
    assert (tmp_path / "x.csv").read_text() == ",'=head,number\n'@row,'=a,-1.5\n-log10,fine,\nx,'=a,1e-300\n"
    pd.testing.assert_frame_equal(frame, before)


def test_every_digit_is_written(tmp_path):
    values = np.random.default_rng(0).normal(size=200) * 10.0 ** np.arange(-300, 300, 3)
    write_csv(pd.DataFrame({"x": values}), tmp_path / "x.csv", names=False)
    lines = (tmp_path / "x.csv").read_text().splitlines()
    assert [float(line) for line in lines[1:]] == values.tolist()


def test_text_stays_text(tmp_path):
    frame = pd.DataFrame({"id": ["001", "NA", "1e5", 'say "a,b"', "two\nlines", "Ω"]})
    write_csv(frame, tmp_path / "x.csv", names=False)
    back = pd.read_csv(tmp_path / "x.csv", dtype=str, keep_default_na=False)
    pd.testing.assert_frame_equal(back, frame, check_dtype=False)
