"""Measures beyond the common two, against published numbers and plain implementations of the papers."""

import numpy as np
import pytest
from scipy import stats

from pipeline.correlation.measures import Measure, bicor, pearson, spearman
from pipeline.correlation.measures.partial import Partial


def coefficient(rows, first=0, second=1):
    return rows.exact[first] @ rows.exact[second] / np.sqrt(rows.squares[first] * rows.squares[second])


def test_they_keep_the_protocol(table, run):
    measures: list[Measure] = [spearman, pearson, bicor, Partial(np.arange(30.0)[:, None])]
    values = np.column_stack([table(0, 30, 6), np.ones(30)])
    values[3, 0] = np.nan
    for measure in measures:
        assert measure.testable(values[:, 1:]).tolist() == [True] * 5 + [False]
        store = run(measure.rows(values[:, 1:6]), alpha=0.5)
        assert store.facts.tests == 10
        assert set(store.top(10).n) <= {30}


def plain_bicor(x, y):
    def weighted(values):
        far = values - np.median(values)
        u = far / (9 * np.median(np.abs(far)))
        made = far * (1 - u**2) ** 2 * (np.abs(u) < 1)
        return made / np.sqrt((made**2).sum())

    return float((weighted(x) * weighted(y)).sum())


def test_bicor_gives_what_r_and_astropy_give():
    # astropy's own tests call this value "verified with R"
    small = np.array([[5, 500], [1, 5], [10, 2], [12.4, 7.1], [13.2, 0.9]])
    assert coefficient(bicor.rows(small)) == pytest.approx(-0.14411038976763313, rel=1e-12)
    # the example of astropy.stats.biweight_midcorrelation
    random = np.random.RandomState(12345)
    x, y = random.normal(0, 1, 200), random.normal(0, 3, 200)
    x[0] = 30.0
    assert coefficient(bicor.rows(np.column_stack([x, y]))) == pytest.approx(-0.0495780713907, abs=1e-12)


def test_bicor_pair_by_pair(table, run):
    values = table(7, 40, 15, "skewed")
    page = run(bicor.rows(values), correction="none", alpha=0.5).top(200)
    assert len(page) > 40
    for i, j, r, p in zip(page.first, page.second, page.r, page.p, strict=True):
        assert r == pytest.approx(plain_bicor(values[:, i], values[:, j]), abs=1e-13)
        t = abs(r) * np.sqrt(38 / (1 - r * r))
        assert p == pytest.approx(2 * stats.t.sf(t, 38), rel=1e-10)


def test_bicor_falls_back_to_pearson_where_most_values_are_one():
    random = np.random.default_rng(0)
    x = np.where(np.arange(30) < 20, 0.0, random.normal(size=30))
    rows = bicor.rows(np.column_stack([x, random.normal(size=30)]))
    centred = x - x.mean()
    assert coefficient(rows, 0, 0) == pytest.approx(1)
    assert rows.exact[0] / np.linalg.norm(rows.exact[0]) == pytest.approx(centred / np.linalg.norm(centred), abs=1e-14)


# Kim (2015): the example of the R package ppcor, doi:10.5351/CSAM.2015.22.6.665
YEAST = np.column_stack(
    [
        [7, 15, 19, 15, 21, 22, 57, 15, 20, 18],
        [0.000, 0.964, 0.000, 0.000, 0.921, 0.000, 0.000, 1.006, 0.000, 1.011],
        [9, 2, 3, 4, 1, 3, 1, 3, 6, 1],
        [1.78e-02, 1.05e-06, 1.37e-05, 7.18e-03, 0, 0, 0, 4.48e-03, 2.10e-06, 0],
    ]
)
PPCOR = [  # pair, estimate and p by method = "pearson", estimate by method = "spearman"
    (0, 1, -0.6720863, 0.06789202, -0.7647345),
    (0, 2, -0.6161163, 0.10383620, -0.1367596),
    (0, 3, 0.1148459, 0.78654997, -0.7860646),
    (1, 2, -0.7215522, 0.04332869, -0.4845966),
    (1, 3, 0.2855420, 0.49299871, -0.4506273),
    (2, 3, 0.6940953, 0.05615021, 0.4010940),
]


@pytest.mark.parametrize(("first", "second", "r", "p", "ranked_r"), PPCOR)
def test_partial_gives_what_ppcor_gives(run, first, second, r, p, ranked_r):
    rest = [column for column in range(4) if column not in (first, second)]
    pair = YEAST[:, [first, second]]
    page = run(Partial(YEAST[:, rest]).rows(pair), correction="none", alpha=0.99).top(1)
    assert page.r[0] == pytest.approx(r, abs=6e-8)
    assert page.p[0] == pytest.approx(p, abs=6e-9)
    assert page.n[0] == 10
    assert coefficient(Partial(YEAST[:, rest], ranked=True).rows(pair)) == pytest.approx(ranked_r, abs=6e-8)


@pytest.mark.parametrize("ranked", [False, True])
def test_partial_is_the_correlation_of_residuals(table, run, ranked):
    values, covariates = table(3, 50, 10), np.random.default_rng(1).normal(size=(50, 3))
    values = values + covariates @ np.random.default_rng(2).normal(size=(3, values.shape[1]))
    x, known = (stats.rankdata(array, axis=0) if ranked else array for array in (values, covariates))
    design = np.column_stack([np.ones(50), known])
    left = x - design @ np.linalg.lstsq(design, x, rcond=None)[0]
    page = run(Partial(covariates, ranked=ranked).rows(values), correction="none", alpha=0.9).top(99)
    assert len(page) > 20
    for i, j, r, p in zip(page.first, page.second, page.r, page.p, strict=True):
        expected = np.corrcoef(left[:, i], left[:, j])[0, 1]
        assert r == pytest.approx(expected, abs=1e-12)
        assert p == pytest.approx(2 * stats.t.sf(abs(expected) * np.sqrt(45 / (1 - expected**2)), 45), rel=1e-9)


def test_what_covariates_explain_is_not_tested():
    random = np.random.default_rng(0)
    covariates = random.normal(size=(20, 2))
    values = np.column_stack([random.normal(size=20), covariates @ [2.0, -1.0] + 5, np.ones(20), covariates[:, 0]])
    assert Partial(covariates).testable(values).tolist() == [True, False, False, False]


def test_covariates_said_twice_count_once():
    random = np.random.default_rng(0)
    one, values = random.normal(size=(20, 1)), random.normal(size=(20, 4))
    assert Partial(np.column_stack([one, 3 * one, np.ones(20)])).rows(values).freedom == Partial(one).rows(values).freedom == 17


def test_too_many_covariates_get_a_sentence():
    random = np.random.default_rng(0)
    with pytest.raises(ValueError, match="needs at least 7 samples"):
        Partial(random.normal(size=(6, 4))).rows(random.normal(size=(6, 3)))
