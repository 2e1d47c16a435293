"""What the doctor says of the machines that share large analyses."""

import socket

import pytest

from sciflask_reflex.commands import doctor_servers
from sciflask_reflex.settings import Settings


def asked(**values):
    return doctor_servers.cluster(Settings(_env_file=None, **values))


@pytest.fixture
def listening():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture(autouse=True)
def _installed(data_dir, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)


def test_a_site_without_a_cluster_is_well():
    assert asked().ok


def test_one_that_answers_is_well_and_its_risk_is_named(listening):
    verdict = asked(dask_address=listening)
    assert verdict.ok
    assert "whoever reaches that port can run programs there" in verdict.says
    assert "Start its workers with OPENBLAS_NUM_THREADS=1" in verdict.says


def test_one_that_does_not_answer_is_a_problem_with_a_cure(listening):
    verdict = asked(dask_address="tcp://127.0.0.1:1")
    assert not verdict.ok
    assert "does not answer" in verdict.says
    assert "dask scheduler" in verdict.cure


def test_dask_that_is_not_installed_is_named(listening, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    verdict = asked(dask_address=listening)
    assert not verdict.ok
    assert "requirements-dask.txt" in verdict.cure
