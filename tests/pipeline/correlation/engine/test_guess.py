"""One pass by a guess gives what two passes give, byte by byte; a guess that does not hold is noticed."""

import hashlib
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.correlation.engine import find_pairs, guess, passes, run
from pipeline.correlation.engine.corrections import CORRECTIONS, Rule
from pipeline.correlation.engine.crew import Threads
from pipeline.correlation.engine.guess import Guess, guessed, some_of
from pipeline.correlation.engine.tails import TAILS, least_r
from pipeline.correlation.measures import pearson, spearman

METHODS = {"spearman": spearman, "pearson": pearson}


def digests(rows, **options):
    with tempfile.TemporaryDirectory() as folder:
        find_pairs(rows, Path(folder), **options)
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in Path(folder).iterdir()}


@pytest.fixture
def small(monkeypatch):
    """Guess from three features on; count how often two passes were needed after all."""
    monkeypatch.setattr(guess, "FEWEST", 3)
    needed = []

    def watched(*arguments):
        needed.append(True)
        return passes.in_two_passes(*arguments)

    monkeypatch.setattr(run, "in_two_passes", watched)
    return needed


def in_two_passes(rows, **options):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "some_of", lambda _: None)
        return digests(rows, **options)


CASES = {
    "seed": st.integers(0, 2**32 - 1),
    "samples": st.one_of(st.integers(4, 60), st.sampled_from([369, 370, 1_000])),
    "features": st.integers(12, 60),
    "kind": st.sampled_from(["plain", "ties", "zeros", "binary", "skewed", "perfect"]),
    "method": st.sampled_from(list(METHODS)),
    "correction": st.sampled_from(CORRECTIONS),
    "alpha": st.sampled_from([1e-6, 0.0013, 0.05, 0.31]),
    "side": st.sampled_from([5, 9, 256]),
    "threads": st.sampled_from([1, 2]),
}


@settings(max_examples=100, deadline=None)
@given(**CASES, least=st.sampled_from([0.0, 0.3, 0.7]))
def test_what_a_guess_collects_is_what_two_passes_collect(
    table, seed, samples, features, kind, method, correction, alpha, side, threads, least
):
    rows = METHODS[method].rows(table(seed, samples, features, kind))
    options = {"correction": correction, "alpha": alpha, "side": side, "least_r": least, "split": 5}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guess, "FEWEST", 3)
        found = digests(rows, threads=threads, **options)
    assert found == in_two_passes(rows, **options)


@settings(max_examples=120, deadline=None)
@given(**CASES, rungs=st.lists(st.floats(0, 1), max_size=4), parts=st.lists(st.floats(0, 1), max_size=3))
def test_no_guess_is_so_bad_that_it_changes_anything(
    table, seed, samples, features, kind, method, correction, alpha, side, threads, rungs, parts
):
    rows = METHODS[method].rows(table(seed, samples, features, kind))
    first = least_r(alpha, rows.freedom)
    *ladder, least = sorted({first, *(first + (1 - first) * rung for rung in rungs)})
    bad = Guess(least, tuple(ladder), np.unique([least, *(least + (1 - least) * part for part in parts)])[::-1])
    options = {"correction": correction, "alpha": alpha, "side": side}
    if correction in {"bonferroni", "none"}:  # their limit is known beforehand: no guess is made
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guess, "FEWEST", 3)
        patch.setattr(passes, "guessed", lambda *_: bad)
        found = digests(rows, threads=threads, **options)
    assert found == in_two_passes(rows, **options)


def test_a_guess_from_other_data_does_not_hold(table, small, monkeypatch):
    values = np.random.default_rng(0).normal(size=(50, 300))
    values[:, :150] += 3 * values[:, :1]  # strong pairs of which no feature that is looked at knows
    rows, drawn = spearman.rows(values), spearman.rows(values[:, 150:])
    monkeypatch.setattr(run, "some_of", lambda _: drawn)
    for times, correction in enumerate(("benjamini-hochberg", "benjamini-yekutieli"), 1):
        found = digests(rows, correction=correction, alpha=0.3)
        assert len(small) == 2 * times - 1
        assert found == in_two_passes(rows, correction=correction, alpha=0.3)


@pytest.mark.parametrize("kind", ["plain", "zeros"])
@pytest.mark.parametrize("correction", CORRECTIONS)
def test_one_pass_is_enough_for_data_of_one_kind(table, small, kind, correction):
    values = np.hstack([table(seed, 80, 100, kind) for seed in range(5)])
    values = values[:, np.random.default_rng(0).permutation(values.shape[1])]
    rows = spearman.rows(values)
    told = []
    found = digests(rows, correction=correction, threads=2, report=told.append)
    assert small == []
    assert told == sorted(told)
    assert found == in_two_passes(rows, correction=correction)


def test_a_guess_that_fails_does_not_turn_progress_back(small, monkeypatch):
    values = np.random.default_rng(0).normal(size=(50, 300))
    values[:, :150] += 3 * values[:, :1]
    drawn = spearman.rows(values[:, 150:])
    monkeypatch.setattr(run, "some_of", lambda _: drawn)
    told = []
    digests(spearman.rows(values), alpha=0.3, report=told.append)
    assert small
    assert told == sorted(told)
    assert told[-1] <= 1.0


def test_few_features_are_not_guessed_from(table):
    assert some_of(spearman.rows(table(0, 10, 50))) is None
    many = spearman.rows(np.random.default_rng(0).random((4, 9_000)))
    some, again = some_of(many), some_of(many)
    assert some is not None
    assert again is not None
    assert some.features == 1_125
    assert np.array_equal(some.screen, again.screen)


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_a_guess_is_a_ladder_to_where_significance_ends(table, correction):
    values = np.hstack([table(seed, 60, 100) for seed in range(6)])
    rows = spearman.rows(values[:, np.random.default_rng(1).permutation(values.shape[1])])
    rule, some = Rule(correction, rows.tests, 0.05), rows.take(np.arange(0, rows.features, 6))
    counted = Threads(1).count(some, 64, 0.0, lambda _: None, passes.threading.Event())
    made = guessed(counted.counts, some, rule, 1_000, 256)
    assert list(made.ladder) == sorted(made.ladder)
    assert made.edges[-1] == made.least
    assert np.all(np.diff(made.edges) < 0)
    p = TAILS["student"](np.array([made.least]), rows.freedom)[0]
    assert p <= 0.0501
    if correction == "bonferroni":
        assert p == pytest.approx(0.05 / rows.tests, rel=1e-6)


def test_putting_pairs_in_order_takes_more_of_what_is_told_the_more_there_are():
    rows = spearman.rows(np.random.default_rng(3).standard_normal((40, 300)))
    shares = [passes.ordering(rows, pairs) for pairs in (0, 100, 10_000, rows.tests)]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] < 1


@pytest.mark.parametrize("bad", [False, True])
def test_what_is_told_only_rises_and_ends_at_the_end(small, monkeypatch, tmp_path, bad):
    if bad:
        monkeypatch.setattr(Guess, "holds", lambda *_: False)
    told = []
    find_pairs(pearson.rows(np.random.default_rng(5).standard_normal((30, 200))), tmp_path, alpha=0.5, side=9, report=told.append)
    assert bool(small) == bad
    assert told == sorted(told)
    assert told[-1] == 1
