"""The smoothing tool as everybody calls it."""

import numpy as np
import pytest

from pipeline import tools
from pipeline.toolkit import ParameterError
from pipeline.toolkit.contract import faults_of

smooth = tools()["smoothing"]


def test_the_contract_holds():
    assert list(faults_of(smooth)) == []


def test_key_numbers_follow_from_the_series():
    result = smooth(sigma=3.0, points=120, noise=0.4, seed=5)
    frame, numbers = result.series.frame, result.numbers.values()
    assert numbers["points"] == len(frame) == 120
    assert numbers["residual_sd"] == pytest.approx(np.std(frame["measured"] - frame["smoothed"]))
    assert numbers["error_after"] == pytest.approx(np.sqrt(((frame["smoothed"] - frame["true"]) ** 2).mean()))
    assert numbers["error_after"] < numbers["error_before"]


def test_the_figure_shows_the_table():
    result = smooth(seed=1)
    shown = {trace["name"]: trace["y"] for trace in result.plot.drawing()["data"]}
    assert list(shown) == ["Measured", "True curve", "Smoothed"]
    assert np.array_equal(shown["Smoothed"], result.series.frame["smoothed"])


@pytest.mark.parametrize("values", [{"sigma": 0}, {"sigma": 21}, {"points": 19}, {"points": 10**9}, {"noise": -0.1}])
def test_what_is_out_of_bounds_is_refused(values):
    with pytest.raises(ParameterError):
        smooth(**values)
