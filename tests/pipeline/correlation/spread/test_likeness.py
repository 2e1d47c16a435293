"""A worker that would give other numbers is named, with what is wrong there and the cure."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.correlation.spread import faults, likeness
from pipeline.correlation.spread.faults import ClusterFault

distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")

FOLDER = Path("/shared")


@pytest.fixture
def here(tmp_path):
    (tmp_path / "token").write_text("x")
    return replace(likeness.about(str(tmp_path), "x"), blas_threads="1")


def details(here, there, *, whole=True):
    with pytest.raises(ClusterFault) as fault:
        likeness.require_alike(here, {"tcp://10.0.0.6:4000": there}, FOLDER, whole=whole)
    assert str(fault.value) == faults.UNLIKE
    assert fault.value.details.startswith("Dask worker tcp://10.0.0.6:4000: ")
    return fault.value.details


def test_a_worker_as_this_process_is_taken(here):
    likeness.require_alike(here, {"a": here, "b": here}, FOLDER, whole=False)


@pytest.mark.parametrize("package", likeness.PACKAGES)
def test_another_version_of_a_package_is_named(here, package):
    said = details(here, replace(here, packages=here.packages | {package: "0.1"}))
    assert f"{package} 0.1 there, {here.packages[package]} here" in said


def test_other_code_is_named(here):
    assert "another version of this project" in details(here, replace(here, code="0"))


def test_a_folder_that_is_not_seen_is_named(here):
    assert "cannot use the folder /shared (gone)" in details(here, replace(here, folder="gone"))


def test_several_threads_of_blas_are_refused(here):
    assert "OPENBLAS_NUM_THREADS=1" in details(here, replace(here, blas_threads="8"))


def test_other_arithmetic_matters_only_where_sums_are_rounded(here):
    other = replace(here, arithmetic="0")
    likeness.require_alike(here, {"a": other}, FOLDER, whole=True)
    assert "adds up in another order" in details(here, other, whole=False)


def test_what_is_not_installed_there_is_named(here):
    assert "No module named 'pipeline'. Install this project" in details(here, ModuleNotFoundError("No module named 'pipeline'"))


def test_a_folder_of_another_run_under_the_same_path_is_found_out(tmp_path):
    (tmp_path / "token").write_text("mine")
    assert likeness.about(str(tmp_path), "mine").folder == ""
    assert "another folder" in likeness.about(str(tmp_path), "yours").folder
    assert "No such file" in likeness.about(str(tmp_path / "none"), "mine").folder
