"""A result as files: names, digests, manifest, and what is refused."""

import hashlib
import json
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from pipeline.toolkit import (
    Figure,
    File,
    Matrix,
    Metric,
    Metrics,
    Network,
    Output,
    SampleTable,
    Structure3D,
    Table,
    Text,
    ToolDefinitionError,
    tool,
)
from pipeline.toolkit.result import plain, write_result


@dataclass
class Everything:
    numbers: Annotated[Metrics, Output("Numbers")]
    rows: Annotated[Table, Output("Rows", "All rows.", "Tables")]
    grid: Annotated[Matrix | None, Output("Grid")] = None
    plot: Annotated[Figure | None, Output("Plot")] = None
    extra: File | None = None
    notes: tuple[str, ...] = ()


@tool(slug="all-kinds", title="All kinds", summary="One of each.")
def all_kinds(table: SampleTable) -> Everything:
    """Return one of each kind."""
    raise NotImplementedError


def draw(path):
    path.write_bytes(b"picture of " + path.suffix.encode())


def everything(**changes):
    return Everything(
        **{
            "numbers": Metrics({"n": Metric("Count", np.int64(3), "How many.", "pieces"), "gone": Metric("Gone", float("nan"))}),
            "rows": Table(pd.DataFrame({"name": ["a", "=b"], "value": [0.1, np.nan]}), "Two rows."),
            "grid": Matrix(pd.DataFrame([[1.5, np.nan]], index=["r"], columns=["c1", "c2"])),
            "plot": Figure(
                {"data": [{"z": np.array([[1.0, np.nan]]), "x": ["é", float("inf")]}], "layout": {"title": "x"}}, draw, "A plot."
            ),
            "extra": File("model.bin", b"\x00\x01", "application/x-model"),
            "notes": ("Something was left out.",),
        }
        | changes
    )


def write(folder, result=None):
    inputs = [{"slot": "table", "filename": "t.csv", "label": "genes", "sha256": "00", "notes": ["read"]}]
    return write_result(all_kinds, result or everything(), folder, parameters={"alpha": 0.05}, inputs=inputs, seed=7)


def test_every_kind_becomes_its_files(tmp_path):
    write(tmp_path / "new" / "folder")
    folder = tmp_path / "new" / "folder"
    assert sorted(path.name for path in folder.iterdir()) == [
        "grid.csv", "manifest.json", "model.bin", "plot.json", "plot.png", "plot.svg", "rows.csv",
    ]  # fmt: skip
    assert (folder / "rows.csv").read_text() == "name,value\na,0.1\n'=b,\n"
    assert (folder / "grid.csv").read_text() == ",c1,c2\nr,1.5,\n"
    assert json.loads((folder / "plot.json").read_text()) == {"data": [{"z": [[1.0, None]], "x": ["é", None]}], "layout": {"title": "x"}}
    assert (folder / "plot.svg").read_bytes() == b"picture of .svg"
    assert (folder / "model.bin").read_bytes() == b"\x00\x01"


def test_the_manifest_says_it_all(tmp_path):
    manifest = write(tmp_path)
    assert json.loads((tmp_path / "manifest.json").read_text()) == manifest
    assert {key: manifest[key] for key in ("tool", "parameters", "seed")} == {"tool": "all-kinds", "parameters": {"alpha": 0.05}, "seed": 7}
    assert manifest["inputs"] == [{"slot": "table", "filename": "t.csv", "label": "genes", "sha256": "00", "notes": ["read"]}]
    assert manifest["notes"][0] == "Something was left out."
    assert "rows.csv: 1 text cell" in manifest["notes"][1]
    assert {"python", "numpy", "pandas", "scipy"} <= set(manifest["versions"])
    assert manifest["metrics"] == {
        "n": {"title": "Count", "value": 3, "help": "How many.", "unit": "pieces"},
        "gone": {"title": "Gone", "value": None, "help": "", "unit": ""},
    }
    outputs = {output["name"]: output for output in manifest["outputs"]}
    assert list(outputs) == ["numbers", "rows", "grid", "plot", "extra"]
    assert outputs["rows"] == {
        "name": "rows", "kind": "table", "title": "Rows", "caption": "Two rows.", "section": "Tables", "files": ["rows.csv"], "rows": 2, "columns": 2,
    }  # fmt: skip
    assert (outputs["grid"]["rows"], outputs["grid"]["columns"]) == (1, 2)
    assert outputs["plot"]["files"] == ["plot.json", "plot.png", "plot.svg"]


def test_every_file_is_listed_with_its_digest(tmp_path):
    listed = {file["name"]: file for file in write(tmp_path)["files"]}
    assert set(listed) == {path.name for path in tmp_path.iterdir()} - {"manifest.json"}
    for name, file in listed.items():
        content = (tmp_path / name).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert file["title"]
    assert {name: file["media_type"] for name, file in listed.items()} == {
        "rows.csv": "text/csv", "grid.csv": "text/csv", "plot.json": "application/json", "plot.png": "image/png",
        "plot.svg": "image/svg+xml", "model.bin": "application/x-model",
    }  # fmt: skip


def test_the_same_result_gives_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        write(tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_what_is_none_is_left_out(tmp_path):
    manifest = write(tmp_path, everything(grid=None, plot=None, extra=None))
    assert [output["name"] for output in manifest["outputs"]] == ["numbers", "rows"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["manifest.json", "rows.csv"]


def test_a_figure_without_a_drawing_is_interactive_only(tmp_path):
    manifest = write(tmp_path, everything(plot=Figure({"data": [], "layout": {}})))
    assert next(output["files"] for output in manifest["outputs"] if output["name"] == "plot") == ["plot.json"]


@pytest.mark.parametrize(
    "name", ["../evil", "a/b", ".hidden", "", "x y", "ä.txt", "manifest.json", "rows.csv", "a" * 101, "new\nline", "nul\0"]
)
def test_unsafe_file_names_are_refused(tmp_path, name):
    with pytest.raises(ToolDefinitionError, match="output file"):
        write(tmp_path / "result", everything(extra=File(name, b"")))
    assert not (tmp_path / "result" / "manifest.json").exists()
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize(
    ("change", "sentence"), [({"rows": None}, "not declared optional"), ({"grid": Table(pd.DataFrame())}, "expected a Matrix")]
)
def test_the_wrong_kind_is_refused(tmp_path, change, sentence):
    with pytest.raises(ToolDefinitionError, match=sentence):
        write(tmp_path, everything(**change))


def test_plain_values():
    told = plain({"a": np.float32(0.5), 1: (np.nan, [np.bool_(True)]), "b": None, "c": np.array([1, 2]), "d": "text"})
    assert told == {"a": 0.5, "1": [None, [True]], "b": None, "c": [1, 2], "d": "text"}
    assert isinstance(told["1"][1][0], bool)


def test_a_plotly_figure_is_stored_without_its_template(tmp_path):
    figure = go.Figure(go.Scatter(x=[1, 2], y=[3.0, 4.5], name="line"), layout={"title": {"text": "Rise"}, "template": "plotly_dark"})
    write(tmp_path, everything(plot=Figure(figure)))
    stored = json.loads((tmp_path / "plot.json").read_text())
    assert stored["data"][0]["name"] == "line"
    assert stored["layout"] == {"title": {"text": "Rise"}}
    assert not (tmp_path / "plot.png").exists()


@dataclass
class Rest:
    words: Text
    graph: Annotated[Network, Output("Graph", section="Pictures")]
    molecule: Structure3D


def test_texts_networks_and_structures_become_files(tmp_path):
    @tool(slug="rest", title="Rest", summary="The other kinds.")
    def rest(table: SampleTable) -> Rest:
        """Return the other kinds."""
        nodes, edges = pd.DataFrame({"id": ["a", "=b"]}), pd.DataFrame({"source": ["a"], "target": ["=b"], "weight": [0.5]})
        return Rest(Text("One.\n\nTwo.\n\n"), Network(nodes, edges), Structure3D("ATOM\nEND\n", (0.4, 0.6), ("one", "two")))

    result = rest(pd.DataFrame({"x": [1.0]}))
    manifest = write_result(rest, result, tmp_path, parameters={}, inputs=[], seed=0)
    assert [(o["name"], o["kind"], o["files"]) for o in manifest["outputs"]] == [
        ("words", "text", ["words.txt"]),
        ("graph", "network", ["graph.json", "graph_nodes.csv", "graph_edges.csv"]),
        ("molecule", "structure", ["molecule.pdb", "molecule.models.json"]),
    ]
    assert (tmp_path / "words.txt").read_text() == "One.\n\nTwo.\n"
    assert (tmp_path / "graph_nodes.csv").read_text() == "id\na\n'=b\n"
    assert (tmp_path / "graph_edges.csv").read_text() == "source,target,weight\na,'=b,0.5\n"
    assert json.loads((tmp_path / "molecule.models.json").read_text()) == {"names": ["one", "two"], "weights": [0.4, 0.6]}
    assert {file["name"]: file["media_type"] for file in manifest["files"]}["molecule.pdb"] == "chemical/x-pdb"
    assert [(o["rows"], o["columns"]) for o in manifest["outputs"]] == [(None, None), (2, 1), (None, None)]


@pytest.mark.parametrize(
    ("nodes", "edges", "sentence"),
    [
        ({"name": ["a"]}, {"source": [], "target": []}, "needs the column id"),
        ({"id": ["a"]}, {"from": []}, "needs the column source, target"),
        ({"id": ["a", "a"]}, {"source": [], "target": []}, "an id of its own"),
        ({"id": ["a"]}, {"source": ["a"], "target": ["z"]}, "not there: z"),
    ],
)
def test_a_network_holds_together(nodes, edges, sentence):
    with pytest.raises(ValueError, match=sentence):
        Network(pd.DataFrame(nodes), pd.DataFrame(edges))
