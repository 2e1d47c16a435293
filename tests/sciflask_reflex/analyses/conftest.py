"""Finished analyses with real files, written as a job writes them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import pandas as pd
import pytest

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
