"""Partial correlations as a scientist asks for them: columns of the first table as covariates."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.multitest import multipletests

from pipeline.correlation import correlate
from pipeline.toolkit import ParameterError, ToolError

# Kim (2015): the example of the R package ppcor, doi:10.5351/CSAM.2015.22.6.665
YEAST = pd.DataFrame(
    {
        "y": [7, 15, 19, 15, 21, 22, 57, 15, 20, 18],
        "hl": [0.000, 0.964, 0.000, 0.000, 0.921, 0.000, 0.000, 1.006, 0.000, 1.011],
        "disp": [9, 2, 3, 4, 1, 3, 1, 3, 6, 1],
        "deg": [1.78e-02, 1.05e-06, 1.37e-05, 7.18e-03, 0, 0, 0, 4.48e-03, 2.10e-06, 0],
    },
    index=[f"s{i}" for i in range(10)],
)
PPCOR = [  # pair, covariates, estimate and p by method = "pearson", estimate by method = "spearman"
    ("y", "hl", ["disp", "deg"], -0.6720863, 0.06789202, -0.7647345),
    ("y", "disp", ["hl", "deg"], -0.6161163, 0.10383620, None),
    ("hl", "disp", ["y", "deg"], -0.7215522, 0.04332869, -0.4845966),
    ("disp", "deg", ["y", "hl"], 0.6940953, 0.05615021, 0.4010940),
]


@pytest.mark.parametrize(("one", "two", "covariates", "r", "p", "ranked"), PPCOR)
def test_the_tool_gives_what_ppcor_gives(one, two, covariates, r, p, ranked):
    asked = {"correction_method": "none", "alpha": 0.5, "covariates": covariates}
    result = correlate(YEAST, correlation_method="pearson", **asked)
    row = result.pairs.frame.iloc[0]
    assert (row.feature_1, row.feature_2, row.n) == (one, two, 10)
    assert row.r == pytest.approx(r, abs=6e-8)
    assert row.p == pytest.approx(p, abs=6e-9)
    assert result.metrics.values()["tests"] == 1
    if ranked is not None:
        assert correlate(YEAST, **asked).pairs.frame.r[0] == pytest.approx(ranked, abs=6e-8)


def table(samples=60, features=8, prefix="f", seed=0):
    """Features of which most follow age and batch, and some each other."""
    random = np.random.default_rng(seed)
    age, batch = random.normal(50, 10, samples), random.integers(0, 2, samples)
    values = (
        random.normal(size=(samples, features)) + np.outer(age, random.normal(size=features)) / 5 + np.outer(batch, np.arange(features))
    )
    values[:, 1] += values[:, 0] - values[:, 0].mean()
    frame = pd.DataFrame(values, [f"s{i}" for i in range(samples)], [f"{prefix}{i}" for i in range(features)])
    return frame.assign(age=age, batch=batch.astype(float))


@pytest.mark.parametrize("method", ["spearman", "pearson"])
def test_the_pairs_are_those_of_residuals(method):
    frame = table()
    features, known = frame.iloc[:, :8], frame[["age", "batch"]]
    if method == "spearman":
        features, known = features.rank(), known.rank()
    left = np.column_stack([sm.OLS(features[name], sm.add_constant(known)).fit().resid for name in features])
    r = np.corrcoef(left.T)[np.triu_indices(8, 1)]
    p = 2 * stats.t.sf(np.abs(r) * np.sqrt(56 / (1 - r**2)), 56)
    rejected, corrected, *_ = multipletests(p, alpha=0.2, method="fdr_bh")
    found = correlate(frame, correlation_method=method, alpha=0.2, covariates=["age", "batch"]).pairs.frame
    assert 0 < rejected.sum() < 28
    assert sorted(found.r) == pytest.approx(sorted(r[rejected]), abs=1e-12)
    assert sorted(found.p_corrected) == pytest.approx(sorted(corrected[rejected]), rel=1e-9)
    pairs = [(f"f{i}", f"f{j}") for i in range(8) for j in range(i + 1, 8)]
    wanted = {pair for pair, reject in zip(pairs, rejected, strict=True) if reject}
    assert set(zip(found.feature_1, found.feature_2, strict=True)) == wanted


def test_covariates_are_taken_out_of_both_tables_and_are_no_features():
    one, two = table(), table(prefix="g", seed=1).drop(columns=["age", "batch"])
    result = correlate(one, two, covariates=["age"], correlation_method="pearson", alpha=0.5)
    assert result.metrics.values()["features"] == 17
    names = set(result.pairs.frame.feature_1) | set(result.pairs.frame.feature_2)
    assert "batch" in names
    assert "age" not in names
    assert "Pearson's partial r given age" in result.pairs.caption
    assert any("what age can explain is taken out" in note for note in result.notes)


def test_samples_without_a_covariate_are_left_out():
    frame = table()
    frame.iloc[[3, 4], 8] = np.nan
    result = correlate(frame, covariates=["age"])
    assert result.metrics.values()["samples"] == 58
    assert any("2 samples without a value of every covariate left out" in note for note in result.notes)
    pd.testing.assert_frame_equal(result.pairs.frame, correlate(frame.drop(index=["s3", "s4"]), covariates=["age"]).pairs.frame)


def test_what_covariates_explain_is_named():
    frame = table()
    frame["twice"] = 2 * frame.age + 1
    frame["flat"] = 1.0
    result = correlate(frame, covariates=["age", "flat"], correlation_method="pearson")
    assert any("the covariates explain all of their variation (twice)" in note for note in result.notes)
    assert any("1 covariate constant on the samples compared, which changes nothing (flat)" in note for note in result.notes)
    without = correlate(frame.drop(columns=["twice", "flat"]), covariates=["age"], correlation_method="pearson")
    pd.testing.assert_frame_equal(result.pairs.frame, without.pairs.frame)


def test_few_samples_beside_the_covariates_warn():
    assert any("With 11 samples and 2 covariates p-values" in note for note in correlate(table(11), covariates=["age", "batch"]).notes)
    assert not any("rough" in note for note in correlate(table(12), covariates=["age", "batch"]).notes)


@pytest.mark.parametrize(
    ("frame", "asked", "sentence"),
    [
        (table(), {"covariates": ["age"], "correlation_method": "bicor"}, "biweight midcorrelation has no partial form"),
        (table(5), {"covariates": ["age", "batch", "f0"]}, "With 3 covariates a correlation needs at least 6 samples; there are 5"),
        (table(8).assign(age=[1.0, 2.0, 3.0, *[np.nan] * 5]), {"covariates": ["age"]}, "Only 3 samples have a value of every covariate"),
        (table()[["f0", "age"]], {"covariates": ["age"]}, "nothing to compare"),
        (table()[["age", "batch"]], {"covariates": ["age", "batch"]}, "nothing to compare"),
        (
            table().mask(np.random.default_rng(0).random((60, 10)) < 0.02).assign(age=1.0),
            {"covariates": ["age"], "missing_values": "pairwise"},
            "Partial correlations need complete features",
        ),
    ],
)
def test_what_cannot_be_gets_a_sentence(frame, asked, sentence):
    with pytest.raises(ToolError, match=sentence):
        correlate(frame, **asked)


def test_a_covariate_is_a_column_of_numbers_of_the_first_table():
    with pytest.raises(ParameterError, match="no column called 'weight'"):
        correlate(table(), covariates=["weight"])
    with pytest.raises(ParameterError, match="takes columns of numbers"):
        correlate(table().assign(sex=["m", "f"] * 30), covariates=["sex"])
