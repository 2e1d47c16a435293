"""The same data and settings give the same files, byte by byte, whatever the number of threads."""

import numpy as np
import pytest

from pipeline import tools
from pipeline.correlation import analysis
from pipeline.toolkit.execute import execute

SETTINGS = {
    "spearman": {},
    "pearson": {"correlation_method": "pearson", "feature_order": "data"},
    "bicor": {"correlation_method": "bicor", "correction_method": "holm"},
    "partial": {"covariates": ["f0", "f1"]},
    "pairwise": {"missing_values": "pairwise", "least_r": 0.3},
}


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Two tables, some with gaps: one has more features than a picture shows, each in a few pairs."""
    random, folder = np.random.default_rng(0), tmp_path_factory.mktemp("tables")
    hidden, paths = random.normal(size=(40, 60)), {}
    for number, features in ((1, 720), (2, 60)):
        values = random.normal(size=(40, features)) + 3 * hidden[:, np.arange(features) % 60]
        cells = [[f"{value:.3f}" for value in row] for row in values]
        for row, column in random.integers([0, 2], [40, features], size=(20, 2)).tolist():
            cells[row][column] = ""
        lines = [",".join([f"s{row}", *line]) for row, line in enumerate(cells)]
        paths[f"dataset{number}"] = folder / f"{number}.csv"
        paths[f"dataset{number}"].write_text("\n".join([",".join(["id", *(f"{'fg'[number - 1]}{i}" for i in range(features))]), *lines]))
    return paths


@pytest.mark.parametrize("name", SETTINGS)
def test_equal_digests(name, tables, tmp_path, monkeypatch):
    found = []
    for number, threads in enumerate((1, 2)):
        monkeypatch.setattr(analysis, "usable_threads", lambda threads=threads: threads)
        parameters = {"feature_count": 1_000, **SETTINGS[name]}
        manifest = execute(tools()["correlation"], tables, {}, parameters, tmp_path / str(number), durable=False)
        found.append({file["name"]: file["sha256"] for file in manifest["files"]})
    assert "heatmap_within_1.tiles" in found[0]
    assert len(found[0]) > 20
    assert found[0] == found[1]
