"""Many machines leave the very files that threads leave, whatever happens to them on the way."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from pipeline.correlation.engine import Stopped, passes
from pipeline.correlation.measures import bicor, pearson, spearman
from pipeline.correlation.spread import crew, faults
from pipeline.correlation.spread.crew import Tallied, tasks_for
from pipeline.correlation.spread.faults import ClusterFault
from pipeline.correlation.spread.team import Team
from pipeline.toolkit.cluster import Cluster

distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")

ROOT = Path(__file__).parents[4]


def values_of(samples, features, *, ties=False):
    random = np.random.default_rng(samples)
    values = random.normal(size=(samples, features)) + random.normal(size=(samples, 1)) * random.uniform(-1, 1, size=features)
    return np.round(values * 2) if ties else values


def wait_until(what, seconds):
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)


def executing(dask_worker):
    return len(dask_worker.state.executing) + sum(task.state == "cancelled" for task in dask_worker.state.tasks.values())


def idle(client):
    return lambda: not any(client.run(executing).values())


@pytest.mark.parametrize("correction", ["benjamini-hochberg", "holm", "bonferroni", "none"])
@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(lambda: spearman.rows(values_of(60, 700)), id="whole numbers"),
        pytest.param(lambda: spearman.rows(values_of(60, 700, ties=True)), id="ties"),
        pytest.param(lambda: spearman.rows(values_of(400, 700)), id="screened"),
        pytest.param(lambda: pearson.rows(values_of(60, 700)), id="pearson"),
        pytest.param(lambda: bicor.rows(values_of(60, 700)), id="bicor"),
    ],
)
def test_the_files_are_those_of_threads(rows, correction, team, stored):
    options = {"correction": correction, "alpha": 0.1, "side": 64}
    expected = stored(rows(), threads=2, **options)
    assert len(expected) >= 4
    assert stored(rows(), team, **options) == expected


def test_pairs_below_a_least_r_and_tables_side_by_side_make_no_difference(team, stored):
    rows, options = spearman.rows(values_of(50, 500)), {"least_r": 0.5, "split": 200, "side": 50}
    assert stored(rows, team, **options) == stored(rows, **options)


def test_many_pairs_of_equal_strength_are_cut_into_parts(team, stored, monkeypatch):
    monkeypatch.setattr(passes, "PORTION", 1000)
    values = np.random.default_rng(0).integers(0, 3, size=(6, 400)).astype(float)
    rows = spearman.rows(values[:, spearman.testable(values)])
    assert stored(rows, team, alpha=0.5, correction="none", side=64) == stored(rows, alpha=0.5, correction="none", side=64)


def test_where_nothing_is_significant_nothing_is_written(team, stored):
    rows, options = spearman.rows(np.random.default_rng(3).normal(size=(12, 300))), {"correction": "bonferroni", "alpha": 1e-9}
    assert stored(rows, team, **options) == stored(rows, **options)


def test_a_worker_that_dies_in_the_middle_costs_time_and_nothing_else(team, stored, busy, by_one_thread, in_the_middle):
    before = team.client.run(os.getpid)
    killed = min(before.values())
    found = stored(busy, team, report=in_the_middle(lambda: os.kill(killed, signal.SIGKILL)))
    assert found == by_one_thread(busy)
    wait_until(lambda: len(team.client.nthreads()) == 2, 30)  # the nanny starts another one
    assert killed not in team.client.run(os.getpid).values()


def test_a_scheduler_that_goes_in_the_middle_is_told_in_a_sentence(tmp_path, stored, busy, in_the_middle, monkeypatch):
    monkeypatch.setattr("pipeline.correlation.spread.team.WORKERS_SECONDS", 3.0)
    monkeypatch.setattr("pipeline.correlation.spread.team.COUNT_SECONDS", 0.5)
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0", silence_logs=50) as lost,
        Team(Cluster(lost.scheduler_address, tmp_path / "shared")) as team,
        pytest.raises(ClusterFault) as fault,
    ):
        stored(busy, team, report=in_the_middle(lost.close))
    assert str(fault.value) == faults.GONE
    assert list((tmp_path / "shared").iterdir()) == []


def test_progress_rises_to_the_whole(team, stored):
    told = []
    stored(spearman.rows(values_of(60, 700)), team, side=64, report=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(told) > 10


def test_a_run_that_is_stopped_leaves_workers_idle_within_two_seconds(team, stored, busy, monkeypatch):
    monkeypatch.setattr(crew, "tasks_for", lambda tiles, threads: threads)  # each task takes a second or more
    stop = threading.Event()
    failed = []

    def run():
        with pytest.raises(Stopped):
            stored(busy, team, stop=stop)
        failed.append(time.monotonic())

    running = threading.Thread(target=run)
    running.start()
    wait_until(lambda: any(team.client.run(executing).values()), 30)
    stop.set()
    started = time.monotonic()
    wait_until(idle(team.client), 2.0)
    running.join(10)
    assert failed[0] - started < 2.0


def test_when_who_asked_is_killed_workers_stop_within_two_seconds(team, cluster, tmp_path):
    program = f"""
import numpy as np
from pathlib import Path
from pipeline.correlation import engine
from pipeline.correlation.measures import spearman
from pipeline.correlation.spread import crew
from pipeline.correlation.spread.team import Team
from pipeline.toolkit.cluster import Cluster
crew.tasks_for = lambda tiles, threads: threads
rows = spearman.rows(np.random.default_rng(1).normal(size=(200, 30_000)), 2)
with Team(Cluster({cluster.address!r}, Path({str(tmp_path / "theirs")!r}))) as team:
    engine.find_pairs(rows, Path({str(tmp_path)!r}), crew=crew.Machines(team))
"""
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT) as child:
        wait_until(lambda: any(team.client.run(executing).values()), 60)
        child.kill()
    wait_until(idle(team.client), 2.0)


def test_where_nobody_answers_a_sentence_says_so(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr("pipeline.correlation.spread.team.CONNECT_SECONDS", 0.5)
    with caplog.at_level(logging.ERROR), pytest.raises(ClusterFault) as fault:
        Team(Cluster("tcp://127.0.0.1:9", tmp_path))
    assert str(fault.value) == faults.UNREACHABLE
    assert "No Dask scheduler answers at tcp://127.0.0.1:9" in fault.value.details
    assert fault.value.details in caplog.text


def test_a_cluster_that_speaks_tls_is_reached_with_certificates_and_not_without(tmp_path, stored):
    secret = distributed.Security.temporary()
    for name, pem in (("ca", secret.tls_ca_file), ("cert", secret.tls_client_cert), ("key", secret.tls_client_key)):
        (tmp_path / f"{name}.pem").write_text(pem)
    rows = spearman.rows(values_of(30, 200))
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=":0", security=secret, protocol="tls://", silence_logs=50
    ) as closed:
        assert closed.scheduler_address.startswith("tls://")
        with Team(Cluster(closed.scheduler_address, tmp_path / "shared", tmp_path)) as team:
            assert stored(rows, team) == stored(rows)
        for given, missing in ((None, "no folder with them is named"), (tmp_path / "none", "has no ca.pem and no cert.pem and no key.pem")):
            with pytest.raises(ClusterFault, match="lacks what that needs") as fault:
                Team(Cluster(closed.scheduler_address, tmp_path / "shared", given))
            assert missing in fault.value.details


def test_a_cluster_without_workers_is_named(tmp_path, stored, monkeypatch):
    monkeypatch.setattr("pipeline.correlation.spread.team.WORKERS_SECONDS", 0.5)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0") as empty,
        Team(Cluster(empty.scheduler_address, tmp_path / "shared")) as team,
        pytest.raises(ClusterFault) as fault,
    ):
        stored(spearman.rows(values_of(10, 20)), team)
    assert "has no workers" in fault.value.details


def test_a_folder_that_cannot_be_made_is_named(machines, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ClusterFault) as fault:
        Team(Cluster(machines.scheduler_address, tmp_path / "file" / "shared"))
    assert "cannot be used" in fault.value.details


def test_tasks_are_few_and_large():
    assert [tasks_for(tiles, 2) for tiles in (1, 5, 3_160, 19_306, 305_000)] == [1, 5, 8, 32, 32]
    assert tasks_for(305_000, 100) == 762


def test_counts_of_tasks_add_up_in_any_width():
    from pipeline.correlation.spread.tasks import Tally

    places = np.array([[0, 0]], dtype=np.int32)
    tallies = [
        Tally(5, np.array([255], dtype=np.uint8), places, np.array([0.5])),
        Tally(4, np.array([1, 2**40], dtype=np.uint64), places + 64, np.array([0.9])),
    ]
    tallied = Tallied(tallies, 100, 64)
    assert tallied.counts[4:7].tolist() == [1, 2**40 + 255, 0]
    assert [tuple(tile) for tile in tallied.tiles(0.6)] == [(64, 64, 36, 36)]
