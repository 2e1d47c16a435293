"""A tool with every kind of input, parameter and output, offered by the same door as real ones."""

import math
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd

from pipeline.toolkit import (
    Archive,
    CurveTable,
    Example,
    Figure,
    File,
    FileList,
    Input,
    Matrix,
    Metric,
    Metrics,
    Network,
    Output,
    Progress,
    SampleTable,
    Structure3D,
    Table,
    Text,
    TextFile,
    parameter,
    tool,
)

DATA = Path(__file__).parent / "example"


class Shape(Enum):
    """What a window looks like."""

    BOX = "box"
    BELL = "bell"


@dataclass(frozen=True)
class Inner:
    """A section within a section."""

    network: Annotated[Network, Output("Which features go together", "Wider lines are stronger ties.")]
    structure: Annotated[Structure3D, Output("Three helices", "Opacity follows the weight.")]


@dataclass(frozen=True)
class Pictures:
    """A section."""

    figure: Annotated[Figure, Output("The curve", "As it was measured.")]
    inner: Annotated[Inner, Output("In space")]


@dataclass(frozen=True)
class Everything:
    """One output of each kind, some of them in sections."""

    metrics: Annotated[Metrics, Output("Key numbers")]
    words: Annotated[Text, Output("What was found", "In plain words.")]
    pictures: Annotated[Pictures, Output("Pictures")]
    rows: Annotated[Table, Output("Settings", "As the tool got them.", "Numbers")]
    grid: Annotated[Matrix, Output("Mean by feature", section="Numbers")]
    raw: Annotated[File, Output("Raw bytes", "For programs.", "Numbers")]
    missing: Annotated[Text | None, Output("Never there")] = None


@tool(
    slug="every-kind",
    title="Every kind",
    summary="Takes every kind of input and parameter, and gives every kind of output.",
    icon="shapes",
    examples=(
        Example(
            title="One file of each kind",
            files={
                name: DATA / file
                for name, file in {"table": "samples.csv", "curve": "curve.dat", "log": "run.log", "files": "parts.zip"}.items()
            }
            | {"curves": [DATA / "first.dat", DATA / "second.dat", DATA / "third.dat"], "notes": [DATA / "run.log"]},
            parameters={"smooth": True, "window": [0.1, 0.4], "groups": ["low"], "only_numbers": "feature_2", "only_words": "batch"},
            expected={"points": 40, "files": 2, "curves": 3},
        ),
    ),
)
def every_kind(
    table: Annotated[SampleTable, Input(title="Samples", help="A table of samples.", type_title="Type of samples", type_example="genes")],
    curve: Annotated[CurveTable, Input(title="Measured curve", help="Points of a curve: q, I.")],
    log: Annotated[TextFile | None, Input(title="Log of the run", help="What the instrument wrote.")] = None,
    files: Annotated[Archive | None, Input(title="Parts", help="A zip of files.")] = None,
    curves: Annotated[
        FileList[CurveTable] | None,
        Input(
            title="Further curves", help="Curves to compare with, in order.", at_least=2, at_most=20, type_title="Type of further curves"
        ),
    ] = None,
    notes: Annotated[FileList | None, Input(title="Notes", help="Texts that belong to it.", at_most=3)] = None,
    *,
    count: Annotated[int, parameter(title="Count", description="How often.", ge=1, le=100)] = 3,
    width: Annotated[float, parameter(title="Width", description="How wide.", unit="nm", gt=0, le=10)] = 0.5,
    smooth: Annotated[bool, parameter(title="Smooth it", description="Whether to smooth.")] = False,
    shape: Annotated[
        Shape, parameter(title="Shape", description="Of the window.", section="Smoothing", show_when={"smooth": True})
    ] = Shape.BOX,
    window: Annotated[
        tuple[float, float] | None,
        parameter(
            title="Window",
            description="From, to.",
            unit="1/nm",
            ge=0,
            le=1,
            section="Smoothing",
            show_when={"smooth": True, "shape": "box"},
        ),
    ] = None,
    method: Annotated[
        Literal["fast", "exact"],
        parameter(title="Method", description="How to count.", labels={"fast": "Fast, roughly"}, section="Counting"),
    ] = "fast",
    groups: Annotated[
        list[Literal["low", "middle", "high"]], parameter(title="Groups", description="Which ones to keep.", section="Counting")
    ] = ["low", "high"],  # noqa: B006 - never changed
    remark: Annotated[str | None, parameter(title="Remark", description="Goes into the result.", max_length=60, section="Counting")] = None,
    target: Annotated[
        str | None, parameter(title="Target", description="A column to look at.", column_of="table", section="Columns")
    ] = None,
    others: Annotated[list[str], parameter(title="Others", description="Columns to leave out.", column_of="table", section="Columns")] = [],  # noqa: B006
    only_numbers: Annotated[
        str | None,
        parameter(title="A column of numbers", description="Which one.", column_of="table", column_kind="number", section="Columns"),
    ] = None,
    only_words: Annotated[
        str | None, parameter(title="A column of words", description="Which one.", column_of="table", column_kind="text", section="Columns")
    ] = None,
    progress: Progress,
) -> Everything:
    """Say what was given, in every form there is.

    This tool is for the tests of the site: nothing it says is of any use.

    1. Counts points and files.
    2. Draws them.
    """
    progress("Counting", 0.5)
    named = {"count": count, "width": width, "smooth": smooth, "shape": shape.value, "window": window, "method": method, "groups": groups}
    named |= {"remark": remark, "target": target, "others": others, "only_numbers": only_numbers, "only_words": only_words}
    named |= {"curves": [f"{one.name}: {len(one.values)} {one.label}".strip() for one in curves or ()]}
    named |= {"notes": [f"{one.name}: {len(one.text)}" for one in notes or ()]}
    settings = pd.DataFrame([{"name": name, "value": str(value)} for name, value in named.items()])
    features = list(table.frame.columns)
    nodes = pd.DataFrame({"id": features, "group": ["odd" if number % 2 else "even" for number in range(len(features))]})
    edges = pd.DataFrame({"source": features[:-1], "target": features[1:], "weight": [0.1 * number for number in range(1, len(features))]})
    points = {"type": "scatter", "mode": "lines", "x": curve.values[:, 0].tolist(), "y": curve.values[:, 1].tolist()}
    words = f"{log.name if log else 'No log'} has {log.text.count(chr(10)) if log else 0} lines.\n\nSecond <b>paragraph</b>, as it stands."
    return Everything(
        metrics=Metrics(
            {
                "points": Metric("Points", len(curve.values)),
                "files": Metric("Files", len(files.names) if files else 0),
                "curves": Metric("Further curves", len(curves or ())),
            }
        ),
        words=Text(words),
        pictures=Pictures(
            Figure({"data": [points], "layout": {"xaxis": {"title": {"text": "q"}}, "yaxis": {"title": {"text": "I"}}, "height": 360}}),
            Inner(Network(nodes, edges), Structure3D(_helices(3), (0.6, 0.3, 0.1), ("open", "half", "closed"))),
        ),
        rows=Table(settings),
        grid=Matrix(table.frame.mean().to_frame("mean")),
        raw=File("raw.bin", b"\x00\x01"),
    )


def _helices(count: int) -> str:
    """Return some short helices of alanine as the models of a PDB file."""
    lines = []
    for model in range(count):
        lines.append(f"MODEL     {model + 1:4d}")
        serial = 0
        for residue in range(24):
            for name, element, radius, turn, rise in (
                ("N", "N", 1.55, -0.48, -0.9),
                ("CA", "C", 2.28, 0.0, 0.0),
                ("C", "C", 1.68, 0.46, 1.1),
                ("O", "O", 1.9, 0.5, 2.3),
            ):
                serial += 1
                angle = math.radians(100 * residue) + turn
                x, y, z = radius * math.cos(angle) + 3.0 * model, radius * math.sin(angle), 1.5 * residue + rise
                lines.append(
                    f"ATOM  {serial:5d}  {name:<3} ALA A{residue + 1:4d}    {x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00           {element}"
                )
        lines += ["ENDMDL"]
    return "\n".join([*lines, "END", ""])
