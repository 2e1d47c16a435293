"""A new measure is one small module: here it is, and all that follows works with it."""

from typing import Annotated, Literal, cast, get_args

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from pipeline.correlation import correlate
from pipeline.correlation.analysis import analyse
from pipeline.correlation.engine import find_pairs
from pipeline.correlation.engine.rows import Rows, real_rows
from pipeline.correlation.measures.chosen import MEASURES, Method, Offer
from pipeline.correlation.outputs import Correlations
from pipeline.toolkit import Input, Progress, SampleTable, ToolError, tool


class Cosine:
    """The cosine of the angle between two columns: a correlation that is not centred. This is the whole module."""

    @staticmethod
    def testable(values: NDArray[np.float64], /) -> NDArray[np.bool_]:
        """Say which columns have a direction."""
        return np.asarray(np.isfinite(values).all(axis=0) & values.any(axis=0))

    @staticmethod
    def rows(values: NDArray[np.float64], /) -> Rows:
        """Return the columns as rows: nothing else is needed."""
        return real_rows(np.ascontiguousarray(values.T), values.shape[0] - 1, "student")


def cosine(values, i, j):
    x, y = values[:, i], values[:, j]
    return float(x @ y / np.sqrt((x @ x) * (y @ y)))


def plain(values, alpha):
    count = values.shape[1]
    return {(i, j) for i in range(count) for j in range(i + 1, count) if abs(cosine(values, i, j)) >= alpha}


def test_the_engine_takes_it(tmp_path):
    values = np.random.default_rng(0).normal(size=(40, 25)) + 0.8
    store = find_pairs(Cosine.rows(values), tmp_path, alpha=0.2, side=7)
    page = store.page(0, len(store))
    assert len(page) > 20
    assert set(zip(page.first.tolist(), page.second.tolist(), strict=True)) == plain(values, np.abs(page.r).min())
    for i, j, r in zip(page.first, page.second, page.r, strict=True):
        assert r == pytest.approx(cosine(values, i, j), abs=1e-14)


@pytest.fixture
def cosines(monkeypatch):
    """A tool that offers it."""
    monkeypatch.setitem(MEASURES, "cosine", Offer(Cosine(), "cosine"))

    @tool(slug="cosines", title="Cosines", summary="Finds features of one direction.", icon="grid-3x3")
    def cosines(
        dataset1: Annotated[SampleTable, Input("Dataset 1")],
        *,
        correlation_method: Literal["cosine"] = "cosine",
        missing_values: Literal["median", "pairwise"] = "median",
        progress: Progress,
    ) -> Correlations:
        """Find features of one direction.

        Parameters
        ----------
        dataset1 : SampleTable
            Samples as rows.
        correlation_method : {"cosine"}
            How features are compared.
        missing_values : {"median", "pairwise"}
            What is done about them.
        """
        return analyse(
            dataset1, correlation_method=cast("Method", correlation_method), correction_method="bonferroni", alpha=0.05, feature_count=50,
            missing_values=missing_values, covariates=[], least_r=0.0, feature_order="r", progress=progress,
        )  # fmt: skip

    return cosines


def test_a_tool_offers_it_and_shows_what_it_finds(cosines):
    values = np.random.default_rng(1).normal(size=(30, 12)) + 1.2
    frame = pd.DataFrame(values, index=[f"s{i}" for i in range(30)], columns=[f"f{i}" for i in range(12)])
    assert [choice for choice, _ in next(p for p in cosines.parameters if p.name == "correlation_method").choices] == ["cosine"]
    result = cosines(frame)
    pairs = result.pairs.frame
    assert len(pairs) == result.metrics.values()["significant"] > 5
    for one, other, r in zip(pairs["feature_1"], pairs["feature_2"], pairs["r"], strict=True):
        assert r == pytest.approx(cosine(values, int(one[1:]), int(other[1:])), abs=1e-14)
    assert result.heatmap_within_1 is not None


def test_what_it_cannot_do_is_said_with_its_name(cosines):
    frame = pd.DataFrame(np.random.default_rng(2).normal(size=(30, 5)), index=[f"s{i}" for i in range(30)], columns=list("abcde"))
    frame.iloc[3, 2] = np.nan
    with pytest.raises(ToolError, match="The cosine needs complete features"):
        cosines(frame, missing_values="pairwise")


def test_the_tool_offers_every_measure():
    offered = next(parameter for parameter in correlate.parameters if parameter.name == "correlation_method")
    assert [name for name, _ in offered.choices] == list(get_args(Method)) == list(MEASURES)
