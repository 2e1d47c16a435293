"""What a tool may give back. Each kind knows which files it becomes; the site knows how to show each kind."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:  # a tool can be described without loading pandas
    import pandas as pd
    from plotly.graph_objects import Figure as PlotlyFigure

    from pipeline.toolkit.stored import StoredRows
    from pipeline.toolkit.tiles import Tiles


@dataclass(frozen=True, slots=True)
class Output:
    """What a person is told about one output: heading, and a sentence below it. Goes into ``Annotated``."""

    title: str
    caption: str = ""
    section: str = ""


@dataclass(frozen=True, eq=False)
class Table:
    """Rows to look through and download as CSV. Columns keep their order; text stays text.

    Attributes:
        rows: A frame; or rows on disk that are too many for one.
    """

    rows: "pd.DataFrame | StoredRows"
    caption: str = ""
    kind: ClassVar[str] = "table"

    @property
    def frame(self) -> "pd.DataFrame":
        """All rows as a frame. Stored rows are read for it, all of them: narrow them first where they are many."""
        return self.stored.frame() if self.stored is not None else self.rows  # pyright: ignore[reportReturnType]

    @property
    def stored(self) -> "StoredRows | None":
        """The rows on disk; None where they are a frame."""
        return None if hasattr(self.rows, "iloc") else self.rows  # pyright: ignore[reportReturnType]

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns there are."""
        return (len(self.rows), len(self.rows.columns))


@dataclass(frozen=True, eq=False)
class Matrix:
    """Numbers with named rows and columns, downloaded as CSV with row names in the first column."""

    frame: "pd.DataFrame"
    caption: str = ""
    kind: ClassVar[str] = "matrix"


@dataclass(frozen=True, eq=False)
class Figure:
    """A picture: interactive (a Plotly figure, or its JSON: ``data`` and ``layout``) and, drawn by the tool, as PNG and SVG.

    ``draw(path)`` writes the file that its suffix names (``.png`` or ``.svg``); None means there is no static picture.
    With ``tiles`` a large matrix is looked at by zooming, down to every cell; the interactive figure is then its overview.
    """

    plotly: "dict[str, Any] | PlotlyFigure"
    draw: Callable[[Path], None] | None = None
    caption: str = ""
    tiles: "Tiles | None" = None
    kind: ClassVar[str] = "figure"

    def drawing(self) -> dict[str, Any]:
        """Return what the browser draws, as plain values; the page brings its own template, for light and dark."""
        given = self.plotly if isinstance(self.plotly, dict) else json.loads(str(self.plotly.to_json()))
        layout = {name: value for name, value in given.get("layout", {}).items() if name != "template"}
        return {"data": given.get("data", []), "layout": layout}


@dataclass(frozen=True, slots=True)
class Metric:
    """One number or word that sums up a result."""

    title: str
    value: float | int | str | None
    help: str = ""
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Metrics:
    """The key numbers of a result, by name."""

    items: dict[str, Metric] = field(default_factory=dict)
    caption: str = ""
    kind: ClassVar[str] = "metrics"

    def values(self) -> dict[str, Any]:
        """Return name → value."""
        return {name: metric.value for name, metric in self.items.items()}


@dataclass(frozen=True, eq=False)
class File:
    """Any file, by name and bytes."""

    name: str
    content: bytes
    media_type: str = "application/octet-stream"
    caption: str = ""
    kind: ClassVar[str] = "file"


@dataclass(frozen=True, eq=False)
class Text:
    """A few paragraphs, shown as they stand: plain text, blank lines between paragraphs."""

    text: str
    caption: str = ""
    kind: ClassVar[str] = "text"


@dataclass(frozen=True, eq=False)
class Network:
    """Nodes and the edges between them, drawn as a graph and downloaded as two CSV tables.

    Attributes:
        nodes: One row for each node; column ``id`` (text, unique), further columns describe it (``group`` colours it).
        edges: One row for each edge; columns ``source`` and ``target`` (ids), further columns describe it (``weight`` widens it).
    """

    nodes: "pd.DataFrame"
    edges: "pd.DataFrame"
    caption: str = ""
    kind: ClassVar[str] = "network"

    def __post_init__(self) -> None:
        """Refuse a network whose edges lead nowhere."""
        missing = {"id"} - set(self.nodes.columns) | {"source", "target"} - set(self.edges.columns)
        if missing:
            message = f"A network needs the column {', '.join(sorted(missing))}: nodes have id, edges have source and target."
            raise ValueError(message)
        known = set(self.nodes["id"])
        if len(known) < len(self.nodes):
            message = "Every node needs an id of its own."
            raise ValueError(message)
        if lost := {*self.edges["source"], *self.edges["target"]} - known:
            message = f"Edges lead to nodes that are not there: {', '.join(sorted(map(str, lost))[:3])}."
            raise ValueError(message)


@dataclass(frozen=True, eq=False)
class Structure3D:
    """Molecules in space, as PDB text; several models (``MODEL`` records) are shown over each other or one by one.

    Attributes:
        pdb: The structure, in the PDB format.
        weights: How much each model counts, in the order of the models; shown with them, opacity follows it.
        names: What the models are called.
    """

    pdb: str
    weights: tuple[float, ...] = ()
    names: tuple[str, ...] = ()
    caption: str = ""
    kind: ClassVar[str] = "structure"


OUTPUT_KINDS: tuple[type, ...] = (Table, Matrix, Figure, Network, Structure3D, Metrics, Text, File)
