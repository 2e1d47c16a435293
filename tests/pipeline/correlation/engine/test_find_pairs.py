"""Whatever the data, the tiles and the threads: the pairs and numbers that scipy and statsmodels give."""

import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.correlation.engine import find_pairs
from pipeline.correlation.engine.corrections import CORRECTIONS
from pipeline.correlation.engine.records import Keys
from pipeline.correlation.engine.spill import Spill
from pipeline.correlation.measures import pearson, spearman

METHODS = {"spearman": spearman, "pearson": pearson}
BORDERS = [4, 5, 9, 10, 50, 368, 369, 370, 586, 587, 1_000]
KINDS = ["plain", "ties", "zeros", "binary", "skewed", "perfect"]
ALPHAS = [1e-6, 0.0013, 0.047, 0.31]  # none that a p-value of few samples can equal: there one unit of rounding decides


@settings(max_examples=120, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    samples=st.one_of(st.integers(4, 60), st.sampled_from(BORDERS)),
    features=st.integers(2, 14),
    kind=st.sampled_from(KINDS),
    method=st.sampled_from(list(METHODS)),
    correction=st.sampled_from(CORRECTIONS),
    alpha=st.sampled_from(ALPHAS),
    side=st.sampled_from([1, 2, 3, 5, 8, 256]),
    threads=st.sampled_from([1, 2]),
)
def test_the_same_pairs_and_numbers_as_the_plain_way(
    table, by_peers, agree, seed, samples, features, kind, method, correction, alpha, side, threads
):
    values = table(seed, samples, features, kind)
    if values.shape[1] < 2:
        return
    with tempfile.TemporaryDirectory() as folder:
        store = find_pairs(METHODS[method].rows(values), Path(folder), correction=correction, alpha=alpha, side=side, threads=threads)
        agree(store.page(0, len(store)), by_peers(values, method, correction, alpha))


@pytest.mark.parametrize("samples", BORDERS)
@pytest.mark.parametrize("kind", ["plain", "zeros", "perfect"])
@pytest.mark.parametrize("method", METHODS)
def test_every_border_of_the_number_of_samples(table, by_peers, agree, run, samples, kind, method):
    values = table(samples, samples, 12, kind)
    for correction in CORRECTIONS:
        store = run(METHODS[method].rows(values), correction=correction, alpha=0.047, side=5)
        agree(store.page(0, len(store)), by_peers(values, method, correction, 0.047))


def digest(store):
    names = sorted(path.name for path in store.folder.iterdir())
    return names, [hashlib.sha256((store.folder / name).read_bytes()).hexdigest() for name in names]


@pytest.mark.parametrize(
    ("method", "samples", "kind"),
    [("spearman", 40, "plain"), ("spearman", 40, "zeros"), ("spearman", 400, "plain"), ("pearson", 40, "plain")],
)
def test_equal_files_for_any_threads(table, run, method, samples, kind):
    rows = METHODS[method].rows(table(1, samples, 150, kind))
    expected = digest(run(rows, alpha=0.3, side=32))
    assert expected[0] == ["facts.json", "first.npy", "marks.npy", "r.npy", "second.npy"]
    for threads in (1, 2, 3):
        assert digest(run(rows, alpha=0.3, side=32, threads=threads)) == expected


@pytest.mark.parametrize("kind", ["plain", "zeros"])
def test_the_tiles_do_not_matter(table, run, kind):
    rows = spearman.rows(table(2, 30, 97, kind))
    expected = digest(run(rows, alpha=0.3))
    for side in (1, 7, 31, 96, 97, 98):
        assert digest(run(rows, alpha=0.3, side=side)) == expected


@pytest.mark.parametrize("correction", CORRECTIONS)
@pytest.mark.parametrize(("method", "kind"), [("spearman", "plain"), ("spearman", "binary"), ("pearson", "plain")])
def test_many_portions_and_marks_give_what_one_gives(table, by_peers, agree, run, monkeypatch, method, kind, correction):
    values = table(5, 25, 40, kind)
    monkeypatch.setattr("pipeline.correlation.engine.passes.PORTION", 13)
    monkeypatch.setattr("pipeline.correlation.engine.finishing.BLOCK", 8)
    monkeypatch.setattr("pipeline.correlation.engine.emitting.ROOM", 50)
    monkeypatch.setattr("pipeline.correlation.engine.counting.ROOM", 50)
    store = run(METHODS[method].rows(values), correction=correction, alpha=0.31, side=9, threads=2)
    expected = by_peers(values, method, correction, 0.31)
    assert len(expected) > 10
    agree(store.page(0, len(store)), expected)
    for start in range(0, len(store), 7):
        page = store.page(start, start + 5)
        for i, j, q in zip(page.first, page.second, page.q, strict=True):
            assert q == pytest.approx(expected[int(i), int(j)].q, rel=1e-9, abs=1e-300)


def test_crowded_and_thin_tiles_of_many_samples_give_the_same(table, run, monkeypatch):
    rows = pearson.rows(table(8, 700, 60, "plain"))
    stores = []
    for crowded in (0.0, 2.0):
        monkeypatch.setattr("pipeline.correlation.engine.emitting.CROWDED", crowded)
        stores.append(run(rows, alpha=0.3, side=20))
    one, two = (store.page(0, len(store)) for store in stores)
    assert len(one) == len(two) > 100
    assert set(zip(one.first, one.second, strict=True)) == set(zip(two.first, two.second, strict=True))
    assert np.abs(np.abs(one.r) - np.abs(two.r)).max() < 1e-14


def test_eight_bytes_hold_a_pair_where_float32_is_exact(table):
    assert Keys.fit(spearman.rows(table(0, 369, 5)))
    assert not Keys.fit(spearman.rows(table(0, 370, 5)))
    assert not Keys.fit(spearman.rows(table(0, 40, 5, "zeros")))


def test_two_features_are_one_test(run):
    x = np.arange(12.0)
    store = run(spearman.rows(np.column_stack([x, -x])))
    assert (store.facts.tests, len(store)) == (1, 1)
    page = store.page(0, 1)
    assert (page.r[0], page.p[0], page.q[0], page.n[0]) == (-1.0, 0.0, 0.0, 12)


def test_nothing_significant_is_a_store_too(run):
    store = run(spearman.rows(np.random.default_rng(0).normal(size=(20, 30))), correction="bonferroni", alpha=1e-12)
    assert len(store) == 0
    assert len(store.page(0, 10)) == len(store.top(5)) == len(store.of_feature(3)) == 0
    assert store.count_at_least(0.5) == 0
    assert list(store.pages()) == []


def test_equally_strong_pairs_fall_on_one_side(run):
    # ten features of four samples: few values of r, hundreds of equal ones at any limit
    values = np.random.default_rng(3).normal(size=(5, 60))
    for alpha in np.linspace(0.05, 0.5, 10):
        page = run(spearman.rows(values), alpha=float(alpha)).top(10_000)
        sizes, counts = np.unique(np.abs(page.r), return_counts=True)
        everything = np.abs(np.corrcoef(np.argsort(np.argsort(values, axis=0), axis=0).T)[np.triu_indices(60, 1)])
        for size, count in zip(sizes, counts, strict=True):
            assert np.isclose(everything, size, atol=1e-9).sum() == count


@pytest.mark.parametrize("correction", CORRECTIONS)
@pytest.mark.parametrize("same_length", [True, False])
def test_more_equally_strong_pairs_than_a_portion_holds(run, monkeypatch, correction, same_length):
    random = np.random.default_rng(6)
    halves = np.argsort(random.random((60, 24)), axis=1).T >= 12  # each value of r has hundreds of pairs
    values = np.where(random.random(60) < 0.5, halves, True ^ halves).astype(float)
    values = np.tile(values[:, :15], 4)  # ninety perfect pairs
    if not same_length:
        values[0, 3] = 0.5
    rows = spearman.rows(values)
    assert Keys.fit(rows) == same_length
    expected = digest(run(rows, correction=correction, alpha=0.31))
    monkeypatch.setattr("pipeline.correlation.engine.passes.PORTION", 2)
    cut = []
    refine = Spill.refine

    def watched(spill, most):
        before = len(spill.counts)
        refine(spill, most)
        cut.append(len(spill.counts) - before)

    monkeypatch.setattr(Spill, "refine", watched)
    assert digest(run(rows, correction=correction, alpha=0.31, threads=2, side=11)) == expected
    assert cut[0] > 5


@pytest.mark.parametrize("factor", [0.997, 1.003])
@pytest.mark.parametrize("correction", CORRECTIONS)
def test_a_screen_that_errs_as_far_as_it_may_loses_nothing(table, run, factor, correction):
    rows = pearson.rows(table(9, 60, 200))
    off = replace(rows, screen=rows.screen * np.float32(factor), slack=0.0061)
    page, other = (store.page(0, len(store)) for store in (run(which, correction=correction, side=31) for which in (rows, off)))
    assert len(page) > 20
    assert np.array_equal(page.first, other.first)
    assert np.array_equal(page.second, other.second)
    assert other.q == pytest.approx(page.q, rel=1e-9)
