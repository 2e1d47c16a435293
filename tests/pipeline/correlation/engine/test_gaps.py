"""Missing values pair by pair: pandas' coefficients, scipy's p-values, statsmodels' corrections."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.correlation.engine import gaps
from pipeline.correlation.engine.corrections import CORRECTIONS
from pipeline.correlation.engine.gaprecords import OwnN
from pipeline.correlation.engine.gaps import find_pairs_with_gaps
from pipeline.correlation.engine.pairwise import against
from pipeline.correlation.engine.spill import Spill
from pipeline.correlation.engine.tails import TAILS
from pipeline.correlation.measures import pearson, spearman

METHODS = {"spearman": (spearman, "student"), "pearson": (pearson, "beta")}


def with_gaps(seed, samples, features, share, levels=0):
    random = np.random.default_rng(seed)
    values = random.normal(size=(samples, features)) + random.normal(size=(samples, 1))
    values = np.round(values * levels) if levels else values
    values[random.random(values.shape) < share] = np.nan
    values[:, : features // 3] = np.where(np.isnan(values[:, : features // 3]), 0.5, values[:, : features // 3])  # some are complete
    return values


def find(values, folder, method, **options):
    measure, tail = METHODS[method]
    complete = values[:, measure.testable(values)]
    rows = measure.rows(complete) if complete.shape[1] > 1 else None
    return find_pairs_with_gaps(values, rows, folder, tail=tail, ranked=method == "spearman", **options)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    samples=st.integers(1, 40),
    features=st.integers(2, 10),
    share=st.sampled_from([0.0, 0.1, 0.5, 0.9]),
    levels=st.sampled_from([0, 1, 3]),
    method=st.sampled_from(list(METHODS)),
)
def test_the_coefficients_are_those_of_pandas(seed, samples, features, share, levels, method):
    values = with_gaps(seed, samples, features, share, levels)
    expected = pd.DataFrame(values).corr(method).to_numpy()
    for feature in range(features):
        side = against(values[:, feature], values.T, ranked=method == "spearman")
        shared = side.n > 1
        assert np.array_equal(np.isnan(side.r[shared]), np.isnan(expected[feature][shared]))
        assert side.r[shared] == pytest.approx(expected[feature][shared], abs=1e-13, nan_ok=True)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("correction", CORRECTIONS)
@pytest.mark.parametrize("levels", [0, 2])
def test_the_pairs_are_those_of_the_plain_way(tmp_path, correct_by_peer, monkeypatch, method, correction, levels):
    for module in ("gaps", "gapfinishing"):
        monkeypatch.setattr(f"pipeline.correlation.engine.{module}.BLOCK", 8)
    monkeypatch.setattr(gaps, "PORTION", 13)
    monkeypatch.setattr(gaps, "ROOM", 5)
    values = with_gaps(3, 30, 24, 0.15, levels)
    values[:, 5], values[:, 20] = 1.0, np.nan  # never varies, never there
    values[:26, 21] = np.nan
    values[26:, 21] = 2.0  # constant where it is there
    r = pd.DataFrame(values).corr(method).to_numpy()
    there = ~np.isnan(values)
    n = there.T.astype(int) @ there.astype(int)
    first, second = np.triu_indices(24, 1)
    tested = (n[first, second] >= 4) & ~np.isnan(r[first, second])
    first, second = first[tested], second[tested]
    p = TAILS[METHODS[method][1]](np.clip(r[first, second], -1, 1), n[first, second] - 2)
    q, rejected = correct_by_peer(p, correction, 0.29)
    store, untested = find(values, tmp_path, method, correction=correction, alpha=0.29, threads=2)
    assert store.facts.tests == tested.sum()
    assert untested.tolist() == [5, 20, 21]
    assert len(store) == rejected.sum() > 8
    page = store.page(0, len(store))
    expected = {pair: numbers for pair, *numbers in zip(zip(first, second, strict=True), p, q, n[first, second], rejected, strict=True)}
    for i, j, ours, corrected, shared in zip(page.first, page.second, page.p, page.q, page.n, strict=True):
        peer_p, peer_q, peer_n, reject = expected[i, j]
        assert reject
        assert shared == peer_n
        assert ours == pytest.approx(peer_p, rel=1e-9, abs=1e-12)
        assert corrected == pytest.approx(peer_q, rel=1e-9, abs=1e-12)
    assert np.all(np.diff(page.p) >= 0)
    assert store.page(9, 14).q.tolist() == page.q[9:14].tolist()


@pytest.mark.parametrize("complete", [0, 30])
@pytest.mark.parametrize("least_r", [0.0, 0.4])
@pytest.mark.parametrize("correction", CORRECTIONS)
def test_files_do_not_depend_on_portions_or_threads(tmp_path, monkeypatch, correction, least_r, complete):
    values = with_gaps(7, 50, 60, 0.2, 1)
    values[:, :complete] = np.nan_to_num(values[:, :complete])
    values[:4, complete:] = np.nan  # no other feature is complete
    written, held, load = [], [], Spill.load

    def watched(spill, portion):
        records = load(spill, portion)
        held.extend([records.size] if isinstance(spill.shape, OwnN) else [])
        return records

    monkeypatch.setattr(Spill, "load", watched)
    for name, portion, room, threads in (("whole", 10**6, 10**6, 1), ("cut", 40, 9, 1), ("threads", 25, 64, 2)):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.setattr(gaps, "PORTION", portion)
        monkeypatch.setattr(gaps, "ROOM", room)
        held.clear()
        store, _ = find(
            values, folder, "spearman", correction=correction, alpha=0.6, least_r=least_r, split=40, threads=threads,
        )  # fmt: skip
        assert name == "whole" or 0 < max(held) <= 3 * portion
        assert sorted(path.name for path in folder.iterdir()) == sorted(store.files)
        written.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert len(store) > 100
    assert written[0] == written[1] == written[2]


def test_order_by_p_has_no_place_for_r(tmp_path):
    store, _ = find(with_gaps(1, 30, 9, 0.2), tmp_path, "spearman", alpha=0.3)
    with pytest.raises(ValueError, match="ordered by p"):
        store.count_at_least(0.5)


def test_without_gaps_it_is_the_other_run(tmp_path, run):
    values = with_gaps(2, 30, 12, 0.0)
    store, untested = find(values, tmp_path, "spearman", alpha=0.2)
    other = run(spearman.rows(values), alpha=0.2)
    assert untested.size == 0
    assert store.facts.tests == other.facts.tests
    assert {*zip(store.top(99).first, store.top(99).second, strict=True)} == {*zip(other.top(99).first, other.top(99).second, strict=True)}
