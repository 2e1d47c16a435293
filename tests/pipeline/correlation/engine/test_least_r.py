"""Pairs that are not listed: they are tests like all others, and are counted."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.correlation.engine import find_pairs
from pipeline.correlation.engine.corrections import CORRECTIONS
from pipeline.correlation.engine.gaps import find_pairs_with_gaps
from pipeline.correlation.engine.records import Keys
from pipeline.correlation.measures import pearson, spearman

METHODS = {"spearman": spearman, "pearson": pearson}


def blocks_of(page, split):
    one, two = page.second < split, page.first >= split
    return int(one.sum()), int(two.sum()), int((~one & ~two).sum())


def assert_listed(store, whole, least, split):
    """Assert that a store lists what is strong enough of another one, with the same numbers, and counts the rest."""
    everything = whole.page(0, len(whole))
    expected = everything.where(np.abs(everything.r) >= least)
    page = store.page(0, len(store))
    for name in ("first", "second", "r", "p", "q", "n"):
        assert np.array_equal(getattr(page, name), getattr(expected, name)), name
    assert (store.facts.significant, store.facts.left_out) == (len(whole), len(whole) - len(store))
    assert store.facts.blocks == blocks_of(everything, split)
    assert store.count_blocks(split) == blocks_of(expected, split)


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    samples=st.one_of(st.integers(4, 60), st.sampled_from([369, 370, 700])),
    features=st.integers(2, 40),
    kind=st.sampled_from(["plain", "ties", "binary", "perfect"]),
    method=st.sampled_from(list(METHODS)),
    correction=st.sampled_from(CORRECTIONS),
    alpha=st.sampled_from([0.0013, 0.047, 0.31]),
    least=st.one_of(st.floats(0, 1), st.sampled_from([0.3, 0.5, 0.8, 1.0])),
    share=st.floats(0, 1),
    threads=st.sampled_from([1, 2]),
)
def test_weaker_pairs_are_left_out_and_nothing_else_changes(
    table, seed, samples, features, kind, method, correction, alpha, least, share, threads
):
    values = table(seed, samples, features, kind)
    if values.shape[1] < 2:
        return
    rows, split = METHODS[method].rows(values), int(share * values.shape[1])
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        whole = find_pairs(rows, Path(one), correction=correction, alpha=alpha)
        store = find_pairs(
            rows, Path(two), correction=correction, alpha=alpha, least_r=least, split=split, threads=threads
        )  # fmt: skip
        assert_listed(store, whole, least, split)


@pytest.mark.parametrize("correction", CORRECTIONS)
@pytest.mark.parametrize(("method", "kind"), [("spearman", "plain"), ("spearman", "binary"), ("pearson", "plain")])
def test_a_limit_at_a_coefficient_that_occurs(table, run, monkeypatch, method, kind, correction):
    monkeypatch.setattr("pipeline.correlation.engine.passes.PORTION", 17)
    monkeypatch.setattr("pipeline.correlation.engine.finishing.BLOCK", 8)
    rows = METHODS[method].rows(table(3, 30, 40, kind))
    whole = run(rows, correction=correction, alpha=0.31, side=9)
    sizes = np.unique(np.abs(whole.page(0, len(whole)).r))
    for least in sizes[:: max(1, len(sizes) // 12)]:
        for limit in (float(least), float(np.nextafter(least, 2.0))):
            assert_listed(run(rows, correction=correction, alpha=0.31, side=9, least_r=limit, split=20), whole, limit, 20)


def test_whole_products_are_cut_where_their_coefficients_are(table):
    rows = spearman.rows(table(0, 31, 3))
    square = float(rows.squares[0])
    shape, every = Keys(square), np.arange(square, -1.0, -1.0)
    records = shape.write(every, every / square, np.arange(every.size))
    for least in (0.1, 0.3, 0.7, 1 / 3, 0.9, 1.0, *np.linspace(0.011, 0.993, 40)):
        assert shape.cut(records, np.array([least, 0.0])).tolist() == [(every / square >= least).sum(), every.size]


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_pairs_with_samples_of_their_own(table, tmp_path, correction):
    values = table(5, 40, 30)
    values[np.random.default_rng(1).random(values.shape) < 0.1] = np.nan
    values[:, 20:] = table(6, 40, 10)
    rows = spearman.rows(values[:, 20:])

    def find(name, **options):
        folder = tmp_path / name
        folder.mkdir()
        return find_pairs_with_gaps(values, rows, folder, tail="student", ranked=True, correction=correction, alpha=0.9, **options)[0]

    whole = find("whole")
    least = float(np.median(np.abs(whole.page(0, len(whole)).r)))
    store = find("strong", least_r=least, split=12)
    assert 0 < len(store) < len(whole)
    assert_listed(store, whole, least, 12)


def test_what_lies_on_disk_can_be_read_without_p_values(table, run):
    store = run(spearman.rows(table(4, 30, 40)), alpha=0.3)
    whole = store.page(0, len(store))
    raw = store.raw(3, 50)
    assert raw.first.itemsize == 2
    for name in raw._fields:
        assert np.array_equal(getattr(raw, name), getattr(whole, name)[3:50])
        assert np.array_equal(np.concatenate([getattr(part, name) for part in store.raws(size=37)]), getattr(whole, name))
    assert store.raw(9, 3).r.size == 0
    assert sum(part.r.size for part in store.raws(size=37, stop=50)) == 50
