"""A run from stored files to stored files, as a job does it."""

import hashlib
import json
import random
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from pipeline.correlation import correlate
from pipeline.toolkit import Metric, Metrics, ParameterError, Progress, SampleTable, ToolError, tool
from pipeline.toolkit.execute import execute


@dataclass
class Dice:
    rolls: Metrics


@tool(slug="dice", title="Dice", summary="Rolls dice.")
def dice(table: SampleTable) -> Dice:
    """Roll two dice of different makers."""
    return Dice(Metrics({"python": Metric("Python's", random.random()), "numpy": Metric("numpy's", float(np.random.rand()))}))


EXAMPLE = correlate.examples[0]


def run(folder, **changes):
    given = {"input_paths": EXAMPLE.files, "labels": EXAMPLE.labels, "parameters": EXAMPLE.parameters} | changes
    return execute(correlate, folder=folder, **given)


def test_the_example_from_file_to_file(tmp_path):
    manifest = run(tmp_path, filenames={"dataset1": "my genes.csv"}, seed=5)
    values = {name: metric["value"] for name, metric in manifest["metrics"].items()}
    assert {name: values[name] for name in EXAMPLE.expected} == dict(EXAMPLE.expected)
    assert [(item["slot"], item["filename"], item["label"]) for item in manifest["inputs"]] == [
        ("dataset1", "my genes.csv", "genes"),
        ("dataset2", "metabolites.csv", "metabolites"),
    ]
    assert manifest["inputs"][0]["sha256"] == hashlib.sha256(EXAMPLE.files["dataset1"].read_bytes()).hexdigest()
    assert manifest["seed"] == 5
    assert manifest["parameters"]["alpha"] == 0.05
    assert len(manifest["parameters"]) == len(correlate.parameters)
    pairs = pd.read_csv(tmp_path / "pairs.csv")
    assert list(pairs.columns) == ["feature_1", "feature_2", "r", "p", "p_corrected", "n"]
    assert len(pairs) == EXAMPLE.expected["significant"]
    assert {path.stem for path in tmp_path.glob("[rp]_*.csv")} == {
        f"{kind}_{block}" for kind in "rp" for block in ("within_1", "within_2", "between")
    }
    assert "genes" in json.loads((tmp_path / "heatmap_between.json").read_text())["layout"]["yaxis"]["title"]["text"]


def test_the_same_run_gives_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        run(tmp_path / name)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(names) == 23
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_one_table_gives_one_matrix(tmp_path):
    run(tmp_path, input_paths={"dataset1": EXAMPLE.files["dataset1"]}, labels={})
    assert {path.stem for path in tmp_path.glob("[rp]_*.csv")} == {"r_within_1", "p_within_1"}


def test_progress_covers_reading_and_writing(tmp_path):
    seen = []
    run(tmp_path, progress=Progress(lambda stage, fraction, _: seen.append((stage, fraction))))
    assert seen[0] == ("Reading data", 0.0)
    assert seen[-1] == ("Writing the result", 1.0)
    assert [fraction for _, fraction in seen] == sorted(fraction for _, fraction in seen)


def test_chance_is_repeatable(tmp_path):
    def roll(seed):
        return execute(dice, {"table": EXAMPLE.files["dataset1"]}, {}, {}, tmp_path, seed=seed)["metrics"]

    assert roll(1) == roll(1)
    assert roll(1) != roll(2)
    roll(2**40)


def test_wrong_settings_stop_before_anything_is_read(tmp_path):
    with pytest.raises(ParameterError):
        run(tmp_path / "new", parameters={"alpha": 2}, input_paths={"dataset1": tmp_path / "absent.csv"})
    assert not (tmp_path / "new").exists()


def test_impossible_data_leave_no_result(tmp_path):
    path = tmp_path / "flat.csv"
    path.write_text("id,a,b\n" + "".join(f"s{i},1,2\n" for i in range(20)))
    with pytest.raises(ToolError, match="nothing to compare"):
        run(tmp_path / "new", input_paths={"dataset1": path})
    assert not (tmp_path / "new").exists()
