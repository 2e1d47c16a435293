"""A cluster is asked when one was lent and the work is worth it; it need not be there otherwise."""

import sys

import numpy as np
import pytest

from pipeline.correlation.measures import spearman
from pipeline.correlation.spread import ClusterFault, choice, find_pairs
from pipeline.toolkit.cluster import Cluster, lending, lent


@pytest.fixture
def nobody(tmp_path, monkeypatch):
    """A cluster that does not answer."""
    monkeypatch.setattr("pipeline.correlation.spread.team.CONNECT_SECONDS", 0.3)
    return Cluster("tcp://127.0.0.1:9", tmp_path / "shared")


@pytest.fixture
def rows():
    return spearman.rows(np.random.default_rng(0).normal(size=(40, 300)) + np.arange(40)[:, None] / 20)


def test_without_a_cluster_threads_do_it(rows, tmp_path):
    assert lent() is None
    assert len(find_pairs(rows, tmp_path)) > 0


def test_little_work_is_left_to_threads(rows, nobody, tmp_path):
    with lending(nobody):
        assert lent() == nobody
        assert len(find_pairs(rows, tmp_path)) > 0
    assert lent() is None


def test_work_that_is_worth_it_asks_the_cluster(rows, nobody, tmp_path, monkeypatch):
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    monkeypatch.setattr(choice, "WORTH", 1)
    with lending(nobody), pytest.raises(ClusterFault, match="cannot be reached"):
        find_pairs(rows, tmp_path)


def test_20_000_features_on_200_samples_are_worth_it(nobody):
    class Many:
        tests, samples = 20_000 * 19_999 // 2, 200

    assert choice.worth(Many(), nobody) == nobody
    assert choice.worth(Many(), None) is None


def test_a_cluster_that_was_lent_does_the_work(rows, cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(choice, "WORTH", 1)
    folders = [tmp_path / name for name in ("threads", "cluster")]
    for folder in folders:
        folder.mkdir()
    find_pairs(rows, folders[0])
    with lending(cluster):
        find_pairs(rows, folders[1])
    assert list(cluster.folder.iterdir()) == []
    assert {path.name: path.read_bytes() for path in folders[0].iterdir()} == {
        path.name: path.read_bytes() for path in folders[1].iterdir()
    }


def test_a_site_that_lacks_dask_says_so(rows, nobody, tmp_path, monkeypatch):
    monkeypatch.setattr(choice, "WORTH", 1)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with lending(nobody), pytest.raises(ClusterFault, match="lacks what that needs") as fault:
        find_pairs(rows, tmp_path)
    assert "requirements-dask.txt" in fault.value.details
