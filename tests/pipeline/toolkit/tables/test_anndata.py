"""AnnData files, dense and sparse; and files that only look like them."""

import builtins
import math
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from pipeline.toolkit import Limits
from pipeline.toolkit.tables import read_sample_table
from tests.pipeline.toolkit.tables.tried import checked_file, said

h5py = pytest.importorskip("h5py", reason="the optional h5py is not installed")
checked = partial(checked_file, limits=Limits(max_samples=100, max_features=100, min_features=2, min_shared_samples=2), filename="x.h5ad")
VALUES = np.array([[1.5, 0, 2], [0, 0, 0], [0, 7, -1]])


def named(file: Any, axis: str, names: Sequence[str]) -> None:
    group = file.create_group(axis)
    group.attrs["_index"] = "names"
    group.create_dataset("names", data=np.array(names, dtype=object), dtype=h5py.string_dtype())


def written(path: Path, x: Any = VALUES, ids: Sequence[str] = ("c1", "c2", "c3"), names: Sequence[str] = ("a", "b", "c")) -> Path:
    with h5py.File(path, "w") as file:
        if sparse.issparse(x):
            group = file.create_group("X")
            group.attrs["encoding-type"], group.attrs["shape"] = f"{x.format}_matrix", x.shape
            for part in ("data", "indices", "indptr"):
                group.create_dataset(part, data=getattr(x, part))
        elif x is not None:
            file.create_dataset("X", data=x)
        named(file, "obs", ids)
        named(file, "var", names)
    return path


@pytest.mark.parametrize("kind", [np.asarray, np.float32, np.int64, sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array])
def test_x_is_read_whichever_way_it_is_written(tmp_path, kind):
    values = VALUES.round() if kind is np.int64 else VALUES
    path = written(tmp_path / "x", kind(values))
    result = checked(path)
    assert {f.severity for f in result.findings} <= {"note", "warning"}
    assert result.facts["preview"]["columns"] == ["", "a", "b", "c"]
    table = read_sample_table(path)
    assert (table.ids, table.names) == (["c1", "c2", "c3"], ["a", "b", "c"])
    np.testing.assert_array_equal(table.values, values)
    assert "all else was left out" in table.notes[0]


def test_rows_come_in_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.toolkit.tables.anndata.BLOCK_BYTES", 1)
    for n, x in enumerate([VALUES, sparse.csr_matrix(VALUES)]):
        np.testing.assert_array_equal(read_sample_table(written(tmp_path / str(n), x)).values, VALUES)


def test_what_is_no_number_is_told(tmp_path):
    result = checked(written(tmp_path / "x", np.array([[1, 2, math.inf], [math.nan, 3, 5], [1, 2, 3]])))
    assert (said(result, "infinite").row, said(result, "infinite").column) == (1, "c")
    assert result.facts["missing"] == 1


def test_names_are_checked(tmp_path):
    result = checked(written(tmp_path / "x", ids=["c1", "c1", "c3"], names=["a", "a", "b"]))
    assert said(result, "'c1' on row 2 stands on row 1 already").row == 2
    assert said(result, "2 columns are called 'a'")


def virtual(file: Any) -> None:
    layout = h5py.VirtualLayout((3, 3), "f8")
    layout[:] = h5py.VirtualSource("/etc/passwd", "X", (3, 3))
    file.create_virtual_dataset("X", layout)


OLD_OBS = np.array([(b"c1", 1.0)] * 3, dtype=[("index", "S2"), ("n", "f8")])
BREAKAGES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "no X": ("X", lambda file: None),
    "X elsewhere": ("X", lambda file: file.__setitem__("X", h5py.ExternalLink("/etc/passwd", "X"))),
    "X outside": ("X", lambda file: file.create_dataset("X", (3, 3), "i1", external=[("/etc/passwd", 0, 9)])),
    "X virtual": ("X", virtual),
    "X of words": ("X", lambda file: file.create_dataset("X", data=np.array([[b"a"] * 3] * 3))),
    "X of one row": ("X", lambda file: file.create_dataset("X", data=[1.0, 2.0])),
    "chunks": ("X", lambda file: file.create_dataset("X", (50, 50), "f8", chunks=(50_000, 50_000), maxshape=(None, None))),
    "huge": ("X", lambda file: file.create_dataset("X", (10**9, 10**9), "f8", chunks=(10, 10))),
    "wide": ("X", lambda file: file.create_dataset("X", (3, 101), "f8")),
    "too few names": ("obs/names", lambda file: file.create_dataset("obs/names", data=["c1"], dtype=h5py.string_dtype())),
    "numbers as names": ("obs/names", lambda file: file.create_dataset("obs/names", data=[1, 2, 3])),
    "old obs": ("obs", lambda file: file.create_dataset("obs", data=OLD_OBS)),
}


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("no X", "has no X of its own"),
        ("X elsewhere", "has no X of its own"),
        ("X outside", "X is not written as expected"),
        ("X virtual", "X is not written as expected"),
        ("X of words", "X is not written as expected"),
        ("X of one row", "X is no matrix"),
        ("chunks", "X is not written as expected"),
        ("too few names", "obs does not name each row"),
        ("numbers as names", "the index of obs is not written as expected"),
        ("old obs", "cannot be read"),
        ("huge", "at most 100 features"),
        ("wide", "101 variables; at most 100 features"),
    ],
)
def test_files_that_are_not_what_they_say(tmp_path, name, part):
    gone, put = BREAKAGES[name]
    with h5py.File(written(tmp_path / "x"), "r+") as file:
        del file[gone]
        put(file)
    result = checked(tmp_path / "x")
    assert said(result, part).severity == "error"
    assert result.table is None


@pytest.mark.parametrize(
    "part", [("indptr", [0, 9, 1, 2]), ("indptr", [0, 4]), ("indices", [0, 99, 1, 2]), ("indices", [0, -5, 1, 2]), ("data", [1.0])]
)
def test_sparse_parts_that_do_not_fit_are_never_used(tmp_path, part):
    path = written(tmp_path / "x", sparse.csr_matrix(VALUES))
    with h5py.File(path, "r+") as file:
        del file[f"X/{part[0]}"]
        file[f"X/{part[0]}"] = part[1]
    assert said(checked(path), "parts of the sparse X do not fit together").severity == "error"


def test_damage_gets_a_sentence(tmp_path):
    sound = written(tmp_path / "x").read_bytes()
    for content in (sound[:600], sound[:8] + b"\x00" * 500, sound[: len(sound) // 2]):
        (tmp_path / "y").write_bytes(content)
        assert said(checked(tmp_path / "y"), "").severity == "error"


def test_the_name_must_say_it(tmp_path):
    path = written(tmp_path / "x")
    assert ".h5ad" in said(checked(path, filename="x.csv"), "an HDF5 file, not a text table").cure
    (tmp_path / "y").write_bytes(b"id,a,b\n")
    assert said(checked(tmp_path / "y"), "ends in .h5ad, but it is no AnnData file")


def test_where_h5py_is_not_installed_a_sentence_says_how_to_get_it(tmp_path, monkeypatch):
    path, ordinary = written(tmp_path / "x"), builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "h5py":
            raise ImportError(name)
        return ordinary(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    finding = said(checked(path), "does not read .h5ad files")
    assert "install the package h5py" in finding.cure
