"""A site with a Dask cluster: its workers do the work of an analysis, and a cluster that is not there is told in a sentence."""

import io
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pipeline.correlation.spread import faults
from sciflask_reflex import storage
from sciflask_reflex.analyses import service
from sciflask_reflex.models import Status
from sciflask_reflex.settings import settings
from tests.factories import make_study
from tests.faults.rig import wait_for

distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")

FEATURES = 3_400
"""On 200 samples just worth a cluster."""


@pytest.fixture
def address():
    """A port that nobody listens on as yet."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"tcp://127.0.0.1:{port}"


@pytest.fixture
def site(rig, address, tmp_path, monkeypatch):
    """An instance that is told of a cluster."""
    for name, value in {
        "DASK_ADDRESS": address,
        "DASK_FOLDER": str(tmp_path / "shared"),
        "JOB_MEMORY_MIB": "4000",
        "JOB_SECONDS": "60",
    }.items():
        monkeypatch.setenv(f"SCIFLASK_{name}", value)
    settings.cache_clear()
    return rig.start()


@pytest.fixture
def cluster(address, tmp_path):
    """A scheduler and a worker, as an operator starts them."""
    dask, log = str(Path(sys.executable).with_name("dask")), (tmp_path / "dask.log").open("wb")
    port = address.rpartition(":")[2]
    commands = (
        [dask, "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"],
        [dask, "worker", address, "--nthreads", "1", "--no-dashboard", "--local-directory", str(tmp_path / "local")],
    )
    processes = [subprocess.Popen(command, stdout=log, stderr=log, cwd=tmp_path) for command in commands]
    with distributed.Client(address, timeout=30, set_as_default=False) as client:
        client.wait_for_workers(1, timeout=30)
        yield client
    for process in reversed(processes):
        process.terminate()
        process.wait(30)
    log.close()


def table():
    values = np.random.default_rng(0).integers(0, 1000, size=(200, FEATURES))
    text = io.StringIO()
    text.write("sample," + ",".join(f"f{number}" for number in range(FEATURES)) + "\n")
    for number, row in enumerate(values.tolist()):
        text.write(f"s{number}," + ",".join(map(str, row)) + "\n")
    return text.getvalue().encode()


def submitted(rig):
    study = make_study(rig.owner.id, files={"dataset1": table()})
    row = service.submit(
        study.id, owner_id=rig.owner.id, parameters={"feature_count": FEATURES, "correction_method": "none", "alpha": 0.001}
    )
    rig.submitted.add(row.id)
    return row.id


def test_the_cluster_does_the_work_and_nothing_is_left_there(site, cluster, tmp_path):
    analysis = submitted(site)
    site.until(analysis, Status.DONE, seconds=60)
    assert service.result_path(analysis, "pairs.csv", owner_id=site.owner.id).stat().st_size > 1_000
    log = (tmp_path / "dask.log").read_text()
    assert "Run out-of-band function 'about'" in log
    wait_for(lambda: not list(storage.spread_folder().iterdir()), 5)
    site.assert_ledger()


def test_a_cluster_that_is_not_there_is_told_in_a_sentence_and_in_detail(site, address):
    analysis = submitted(site)
    row = site.until(analysis, Status.FAILED, seconds=60)
    assert row.error == faults.UNREACHABLE
    assert f"No Dask scheduler answers at {address}" in (site.details(analysis) or "")
    site.assert_ledger()
