"""What the benchmarks compare with, and what they say of it."""

import sys
from pathlib import Path

import numpy as np
import pytest
from measuring import ancestor, corals, page, tables
from measuring.claims import Claim, finish, read
from measuring.outside import child

from pipeline.correlation.engine import find_pairs
from pipeline.correlation.measures import spearman

ROOT = Path(__file__).parents[2]
SPEED = Claim("speed", 2.5, "times", least=2.0, how="in turn")
SIZE = Claim("memory | disk", 300.0, "MiB", most=200.0)
NOT_THERE = Claim("a peer", None, "times", least=1.0, how="it is not installed")


@pytest.mark.parametrize(("claim", "kept", "verdict"), [(SPEED, True, "kept"), (SIZE, False, "MISSED"), (NOT_THERE, True, "skipped")])
def test_a_claim_is_kept_missed_or_skipped(claim, kept, verdict):
    assert (claim.kept, claim.verdict) == (kept, verdict)


def test_figures_come_back_and_a_missed_one_is_an_error(tmp_path, capsys):
    path = tmp_path / "part.json"
    assert finish([SPEED, NOT_THERE], path) == 0
    assert finish([SPEED, SIZE], path) == 1
    found, claims = read(path)
    assert claims == [SPEED, SIZE]
    assert found["machine"]["numpy"] == np.__version__
    assert "MISSED" in capsys.readouterr().out


def test_the_page_shows_every_claim_with_machine_and_day(tmp_path, monkeypatch):
    finish([SPEED, SIZE], tmp_path / "reading.json")
    monkeypatch.setattr(page, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(sys, "argv", ["page.py", str(tmp_path)])
    page.main()
    text = (tmp_path / "page.md").read_text("utf-8")
    assert "| speed | at least 2 | 2.5 times | kept | in turn |" in text
    assert "| memory \\| disk | at most 200 | 300 MiB | MISSED |  |" in text
    assert read(tmp_path / "reading.json")[0]["day"] in text
    assert f"| numpy | {np.__version__} |" in text


def test_memory_is_what_the_kernel_says_of_another_process():
    code = "import sys; print(flush=True)\nfor line in sys.stdin: much = bytearray(64 * 2**20); print(len(much), flush=True)"
    with child([sys.executable, "-c", code], {}) as process:
        assert process.hear() == ""
        before = process.mib("VmRSS")
        assert process.ask() == str(64 * 2**20)
        assert 60 < process.mib("VmHWM") - before < 80


def test_a_process_that_ends_early_is_an_error():
    with child([sys.executable, "-c", ""], {}) as process, pytest.raises(RuntimeError, match="ended with 0"):
        process.hear()


@pytest.mark.parametrize("kind", ["sparse", "dense", "counts", "expression"])
def test_the_ancestor_finds_the_pairs_of_the_engine(kind, tmp_path):
    values = tables.KINDS[kind](60, 120)
    r, q, found = ancestor.calculate(values.copy())
    store = find_pairs(spearman.rows(values), tmp_path)
    pairs = store.page(0, len(store))
    assert found == len(store) > 0
    assert np.array_equal(np.argwhere(np.triu(r)), np.array(sorted(zip(pairs.first, pairs.second, strict=True))))
    assert np.allclose(q[pairs.first, pairs.second], pairs.q, rtol=1e-9)
    assert np.array_equal(q, q.T)


def test_the_ancestor_goes_from_a_file_to_heatmaps(tmp_path):
    tables.write_csv(tmp_path / "table.csv", tables.dense(40, 30))
    assert ancestor.whole(tmp_path / "table.csv", tmp_path, 20) > 0
    assert {path.name for path in tmp_path.iterdir()} >= {"chosen.csv", "r.csv", "p.csv", "heatmap_1.png", "heatmap_2.png"}


def test_made_up_expression_is_as_dense_as_it_says(tmp_path):
    values = tables.expression(128, 1_200)
    tests = 1_200 * 1_199 / 2
    (tmp_path / "bh").mkdir()
    (tmp_path / "all").mkdir()
    rows = spearman.rows(values)
    assert 0.34 < len(find_pairs(rows, tmp_path / "bh")) / tests < 0.44
    strong = find_pairs(rows, tmp_path / "all", correction="none", alpha=0.05 / 79_689_000)  # as Bonferroni at full size
    assert 0.01 < len(strong) / tests < 0.04


def test_the_environment_of_corals_lies_outside_the_repository(tmp_path, monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert not corals.home().is_relative_to(ROOT)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert corals.python() == (None, "CorALS could not be installed: no reason given")
