"""A figure with tiles becomes one file more, and says how far its writing has come."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np

from pipeline.toolkit import Figure, Output, Progress, SampleTable, tool
from pipeline.toolkit.result import write_result
from pipeline.toolkit.tiles import Axis, TileFile, Tiles


@dataclass(frozen=True)
class Pictures:
    """A figure with tiles, and one without."""

    heatmap: Annotated[Figure, Output("Heatmap")]
    plain: Annotated[Figure, Output("Plain")]


@tool(slug="map-test", title="Map", summary="Draws a map.")
def draw(table: SampleTable) -> Pictures:
    """Draw a map."""
    raise NotImplementedError


def _pictures() -> Pictures:
    genes = Axis("genes", [f"gene {number}" for number in range(800)])
    place = np.arange(799)
    tiles = Tiles(genes, genes, lambda: iter([(place, place + 1, np.linspace(-1, 1, 799))]), name="r", symmetric=True)
    drawing = {"data": [], "layout": {}}
    return Pictures(Figure(drawing, tiles=tiles), Figure(drawing))


def test_tiles_are_one_file_more_and_only_where_there_are_some(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    progress = Progress(lambda stage, fraction, _: told.append((stage, fraction)))
    manifest = write_result(draw, _pictures(), tmp_path, parameters={}, inputs=[], seed=0, progress=progress)
    assert [output["files"] for output in manifest["outputs"]] == [["heatmap.json", "heatmap.tiles"], ["plain.json"]]
    entry = next(file for file in manifest["files"] if file["name"] == "heatmap.tiles")
    data = (tmp_path / "heatmap.tiles").read_bytes()
    assert (entry["bytes"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    found = TileFile(tmp_path / "heatmap.tiles").matrix()
    assert found.shape == (800, 800)
    assert found[0, 1] == found[1, 0] == -1
    assert {stage for stage, _ in told} == {"Writing Heatmap"}
    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions)
    assert 0.9 < fractions[-1] <= 1.0
