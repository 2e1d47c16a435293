"""Finished analyses with real files, written as a job writes them."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import pytest

from pipeline.correlation.engine import find_pairs
from pipeline.correlation.measures import pearson
from pipeline.correlation.pairs import Scratch
from pipeline.correlation.pairtable import PairTable
from pipeline.toolkit import Matrix, Metric, Metrics, Output, SampleTable, Table, tool
from pipeline.toolkit.result import write_result
from sciflask_reflex import storage
from sciflask_reflex.models import Analysis, Status, new_id
from tests.factories import make_analysis, make_study


@dataclass(frozen=True)
class Found:
    """Two tables, a matrix and two numbers."""

    numbers: Annotated[Metrics, Output("Key numbers")]
    pairs: Annotated[Table, Output("Pairs", caption="Strongest first.")]
    nothing: Annotated[Table, Output("Nothing")]
    grid: Annotated[Matrix, Output("Grid")]


@tool(slug="finder", title="Finder", summary="Finds things.")
def finder(dataset: SampleTable) -> Found:
    """Find."""
    names = [f"µ{number}" if number % 2 else f"Gene {number}" for number in range(40)]
    pairs = pd.DataFrame({"feature": names, "r": [0.5 - number / 40 for number in range(40)], "note": [None, "x"] * 20})
    return Found(
        numbers=Metrics({"pairs": Metric("Pairs", 40), "none": Metric("None", None)}),
        pairs=Table(pairs),
        nothing=Table(pd.DataFrame()),
        grid=Matrix(pd.DataFrame([[1.0, None], [None, 1.0]], ["a", "b"], ["a", "b"])),
    )


@pytest.fixture
def finished() -> Callable[..., Analysis]:
    """Return a function that makes a finished analysis of an owner, its files on disk."""

    def make(owner_id: str, **fields: Any) -> Analysis:
        frame = pd.DataFrame({"a": [1.0, 2.0], "b": [2.0, 3.0]}, index=["s1", "s2"])
        analysis_id = new_id()
        folder = storage.result_file(analysis_id, 1, "x").parent
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(exist_ok=True)
        manifest = write_result(finder, finder(frame), folder, parameters={}, inputs=[], seed=0)
        return make_analysis(make_study(owner_id), id=analysis_id, status=Status.DONE, attempt=1, manifest=manifest, **fields)

    return make


@dataclass(frozen=True)
class Pairs:
    """Stored rows."""

    pairs: Annotated[Table, Output("Pairs", caption="Strongest first.")]


@tool(slug="pairs-alone", title="Pairs", summary="Lists pairs.")
def pairs_alone(dataset: SampleTable) -> Pairs:
    """List pairs."""
    scratch = Scratch()
    rows = pearson.rows(dataset.frame.to_numpy())
    store = find_pairs(rows, scratch.folder, correction="none", alpha=1.0)
    return Pairs(Table(PairTable(store, list(dataset.frame.columns), scratch=scratch)))


@pytest.fixture(scope="session")
def stored_pairs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A result with 780 stored pairs of 40 features, and its manifest."""
    random = np.random.default_rng(3)
    values = random.normal(size=(30, 8)).repeat(5, axis=1) + random.normal(size=(30, 40))
    names = ["TP53", "tp53-as", "=SUM(A1)", *(f"Gene {number}" for number in range(37))]
    folder = tmp_path_factory.mktemp("pairs")
    frame = pd.DataFrame(values, [f"s{number}" for number in range(30)], names)
    return folder, write_result(pairs_alone, pairs_alone(frame), folder, parameters={}, inputs=[], seed=0)


@pytest.fixture
def with_pairs(stored_pairs: tuple[Path, dict[str, Any]]) -> Callable[..., Analysis]:
    """Return a function that makes a finished analysis of an owner whose pairs are stored rows."""

    def make(owner_id: str, *, made: bool = False) -> Analysis:
        folder, manifest = stored_pairs
        analysis_id = new_id()
        home = storage.result_folder(analysis_id, 1)
        shutil.copytree(folder, home)
        if made:
            (home / "pairs.csv").unlink()
            without = {"bytes": None, "sha256": None, "made": True}
            manifest = manifest | {"files": [item | without if item["name"] == "pairs.csv" else item for item in manifest["files"]]}
        return make_analysis(make_study(owner_id), id=analysis_id, status=Status.DONE, attempt=1, manifest=manifest)

    return make
