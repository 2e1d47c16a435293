"""What the README promises to whoever brings a function. (Its settings are compared in ``test_conventions.py``.)"""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.toolkit import ParameterError, ToolError, describe
from pipeline.toolkit.result import write_result
from sciflask_reflex.analyses import form_page

README = (Path(__file__).parents[1] / "README.md").read_text()


@pytest.fixture(scope="module")
def outliers():
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    namespace = {"__name__": "readme"}
    exec(compile(block, "README.md", "exec"), namespace)
    return namespace["outliers"]


@pytest.fixture
def frame():
    table = pd.DataFrame(np.random.default_rng(0).normal(size=(40, 6)), columns=list("abcdef"))
    table.index = [f"s{number}" for number in range(40)]
    table.loc["s7"] = 12.0
    table.loc["s3", "f"] = None
    return table


def test_the_example_finds_what_it_says(outliers, frame):
    said = []
    result = outliers(dataset=frame, distance=2.5, progress=lambda stage, fraction=None: said.append(stage))
    whole = frame.drop(columns="f")
    z = np.sqrt((((whole - whole.mean()) / whole.std()) ** 2).mean(axis=1))
    assert result.samples.frame.to_dict("list") == {"sample": ["s7"], "distance": [pytest.approx(z["s7"])]}
    assert result.numbers.values() == {"samples": 40, "outliers": 1}
    assert said == ["Measuring distances"]


def test_its_bounds_and_its_error_hold(outliers, frame):
    for bad in (0, 20.5, "far"):
        with pytest.raises(ParameterError):
            outliers(dataset=frame, distance=bad)
    with pytest.raises(ToolError, match="missing values"):
        outliers(dataset=frame.where(frame.isna()))


def test_everything_is_derived_from_its_signature(outliers, frame, tmp_path, monkeypatch):
    described = describe(outliers)
    (given,) = described["parameters"]
    assert (given["title"], given["default"], given["gt"], given["le"]) == ("Distance", 3.0, 0, 20)
    assert [slot["title"] for slot in described["inputs"]] == ["Dataset"]
    assert [(slot["name"], slot["kind"]) for slot in described["outputs"]] == [("numbers", "metrics"), ("samples", "table")]
    manifest = write_result(outliers, outliers(frame), tmp_path, parameters={"distance": 3.0}, inputs=[], seed=0)
    assert [file["name"] for file in manifest["files"]] == ["samples.csv"]
    monkeypatch.setattr(form_page, "tools", lambda: {"outliers": outliers})
    drawn = str(form_page.analyse())
    for words in ("Distance", "How many standard deviations are far.", "Greater than 0 and at most 20"):
        assert words in drawn
    assert "Alpha" not in drawn
