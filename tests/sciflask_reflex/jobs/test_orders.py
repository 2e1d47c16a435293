"""What a job child is told of other machines, and that it is told nothing when there are none."""

import json
import threading
from pathlib import Path

import pytest

from pipeline.toolkit.cluster import Cluster
from pipeline.toolkit.job import cluster_of
from sciflask_reflex.jobs import attempt, orders
from sciflask_reflex.jobs.runs import Claim
from sciflask_reflex.models import Status
from sciflask_reflex.settings import settings
from tests.factories import make_analysis, make_owner, make_study

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def claim():
    study = make_study(make_owner().id)
    analysis = make_analysis(study, status=Status.RUNNING, attempt=1)
    return Claim(analysis.id, 1, study.owner_id, study.id, study.tool, {})


@pytest.fixture
def shared(tmp_path, monkeypatch):
    monkeypatch.setenv("SCIFLASK_DASK_ADDRESS", "tls://10.0.0.5:8786")
    monkeypatch.setenv("SCIFLASK_DASK_FOLDER", str(tmp_path / "shared"))
    monkeypatch.setenv("SCIFLASK_DASK_TLS", str(tmp_path / "certificates"))
    settings.cache_clear()
    yield tmp_path / "shared"
    settings.cache_clear()


def ordered(claim, tmp_path):
    return json.loads(orders.write_order(claim, tmp_path))


def test_without_a_cluster_none_is_named(claim, tmp_path):
    assert ordered(claim, tmp_path)["cluster"] is None


def test_a_cluster_is_named_with_a_folder_of_the_attempt_s_own(claim, tmp_path, shared):
    told = ordered(claim, tmp_path)["cluster"]
    assert told == {
        "address": "tls://10.0.0.5:8786",
        "folder": str(shared / f"{claim.analysis_id}.1"),
        "tls": str(tmp_path / "certificates"),
    }
    assert cluster_of(told) == Cluster("tls://10.0.0.5:8786", shared / f"{claim.analysis_id}.1", tmp_path / "certificates")
    assert cluster_of(told | {"tls": None}) == Cluster("tls://10.0.0.5:8786", shared / f"{claim.analysis_id}.1")
    assert cluster_of(None) is None


def test_what_was_shared_goes_with_the_attempt_however_it_ended(claim, shared, monkeypatch):
    left = Path(shared / f"{claim.analysis_id}.1" / "run")
    left.mkdir(parents=True)

    def damaged(*_):
        raise orders.InputDamaged("x")

    monkeypatch.setattr(attempt, "write_order", damaged)
    attempt.run(claim, threading.Event())
    assert list(shared.iterdir()) == []
