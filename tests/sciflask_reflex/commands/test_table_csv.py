"""A table of a result on this computer becomes CSV, as narrow as wished; what is not there is said."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline import tools
from pipeline.correlation.pairtable import PairTable
from pipeline.toolkit import writer
from pipeline.toolkit.execute import execute
from sciflask_reflex.commands.run import DONE as RAN
from sciflask_reflex.commands.run import run
from sciflask_reflex.commands.table_csv import DONE, MISUSED, write_table


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a result whose pairs are stored rows."""
    tool = tools()["correlation"]
    example, out = tool.examples[0], tmp_path_factory.mktemp("result") / "out"
    execute(tool, example.files, example.labels, example.parameters, out, seed=0, durable=False)
    return out


def test_the_whole_table_is_the_stored_file(folder, tmp_path):
    assert write_table(folder, "pairs.csv", (), tmp_path / "all.csv") == DONE
    assert (tmp_path / "all.csv").read_bytes() == (folder / "pairs.csv").read_bytes()


def test_rows_are_kept_as_wished_and_go_to_standard_output(folder, capfdbinary):
    assert write_table(folder, "pairs", ("least-r=0.5", "strongest=3"), None) == DONE
    expected = PairTable.open(folder, "pairs").read(0, 9, {"least_r": 0.5, "strongest": 3})
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert lines[0] == "feature_1,feature_2,r,p,p_corrected,n"
    assert [float(line.split(",")[2]) for line in lines[1:]] == expected["r"].tolist()


@pytest.mark.parametrize(
    ("table", "only", "sentence"),
    [
        ("trios", (), "This result has no table 'trios' of stored rows. It has: pairs."),
        ("pairs", ("least_r=2",), "Least |r|: give a number from 0 to 1."),
        ("pairs", ("least_r",), ""),
        ("pairs", ("feature=nobody", "size=3"), "there is no 'nobody' among these rows."),
    ],
)
def test_what_is_not_there_is_said(folder, tmp_path, capsys, table, only, sentence):
    code = write_table(folder, table, only, tmp_path / "out.csv")
    assert code == (MISUSED if sentence else DONE)
    assert sentence in capsys.readouterr().err
    assert (tmp_path / "out.csv").exists() is not bool(sentence)


def test_an_unpacked_archive_will_do(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "results")
    (tmp_path / "results" / "manifest.json").rename(tmp_path / "manifest.json")
    assert write_table(tmp_path, "pairs", (), tmp_path / "pairs.csv") == DONE
    assert (tmp_path / "pairs.csv").read_bytes() == (folder / "pairs.csv").read_bytes()


def test_a_folder_without_a_result_is_none(tmp_path, capsys):
    assert write_table(tmp_path, "pairs", (), None) == MISUSED
    assert "holds no result" in capsys.readouterr().err


def test_nothing_is_written_over(folder, tmp_path, capsys):
    (tmp_path / "mine.csv").write_text("mine")
    assert write_table(folder, "pairs", (), tmp_path / "mine.csv") == MISUSED
    assert "is there already" in capsys.readouterr().err
    assert (tmp_path / "mine.csv").read_text() == "mine"


def test_a_run_says_how_to_get_a_table_that_is_too_long_for_a_file(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(writer, "MOST_CSV_ROWS", 5)
    random = np.random.default_rng(0)
    values = random.normal(size=(30, 1)) + 0.3 * random.normal(size=(30, 12))
    pd.DataFrame(values, [f"s{n}" for n in range(30)], list("abcdefghijkl")).to_csv(tmp_path / "t.csv", index_label="id")
    out = tmp_path / "out"
    assert run("correlation", ["--dataset1", str(tmp_path / "t.csv"), "-o", str(out), "--accept-warnings"]) == RAN
    assert not (out / "pairs.csv").exists()
    said = capsys.readouterr().out
    assert f"pairs: 66 rows, stored packed. For CSV: sciflask csv {out} pairs -o pairs.csv; --only NAME=VALUE narrows it (least_r" in said
    assert write_table(out, "pairs", (), tmp_path / "pairs.csv") == DONE
    assert len(pd.read_csv(tmp_path / "pairs.csv")) == 66


def test_an_archive_that_was_cut_short_is_said_to_be(folder, tmp_path, capsys):
    shutil.copytree(folder, tmp_path / "cut")
    column = tmp_path / "cut" / "pairs.r.npy"
    column.write_bytes(column.read_bytes()[:-8])
    assert write_table(tmp_path / "cut", "pairs", (), tmp_path / "out.csv") == MISUSED
    assert "pairs.r.npy is not as long as it says. Unpack the archive again" in capsys.readouterr().err
