"""A tool that did not exist a moment ago: one file in a package of its own, offered by an entry point, with data to try it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

SLUG = "spread"
SOURCE = '''"""How much each feature spreads, by resampling."""

from dataclasses import dataclass
from typing import Annotated

from pipeline.toolkit import Example, Figure, Input, Metric, Metrics, Output, Progress, SampleTable, Table, parameter, tool


@dataclass(frozen=True)
class Spread:
    """What comes out."""

    numbers: Annotated[Metrics, Output("Key numbers")]
    plot: Annotated[Figure, Output("Spread of the features")]
    features: Annotated[Table, Output("Features", "Widest first.")]


@tool(
    slug="spread",
    title="Spread",
    summary="Finds the features that spread most.",
    examples=(Example("Thirty samples", files={"samples": "samples.csv"}, expected={"features": 12}),),
)
def spread(
    samples: Annotated[SampleTable, Input("Measurements")],
    *,
    resamples: Annotated[int, parameter(ge=10, le=2_000)] = 200,
    progress: Progress,
    seed: int,
) -> Spread:
    """Estimate how much each feature spreads, and how certain that is, by drawing samples again and again.

    Parameters
    ----------
    samples : SampleTable
        Samples as rows, features as columns.
    resamples : int
        How often samples are drawn anew. Raise it for steadier errors.
    """
    import numpy as np
    import pandas as pd

    progress("Drawing samples", 0.1)
    values, random = samples.frame.to_numpy(), np.random.default_rng(seed)
    draws = np.stack([values[random.integers(0, len(values), len(values))].std(axis=0, ddof=1) for _ in range(resamples)])
    table = pd.DataFrame({"feature": samples.frame.columns, "sd": values.std(axis=0, ddof=1), "error": draws.std(axis=0)})
    table = table.sort_values("sd", ascending=False, ignore_index=True)
    bars = {"type": "bar", "x": table["feature"].tolist(), "y": table["sd"].tolist()}
    numbers = Metrics({"features": Metric("Features", len(table)), "widest": Metric("Widest", str(table["feature"].iloc[0]))})
    return Spread(numbers, Figure({"data": [bars], "layout": {}}), Table(table))
'''


@dataclass(frozen=True)
class NewTool:
    """Where it is, and its data."""

    folder: Path
    data: Path


def write_new_tool(folder: Path) -> NewTool:
    """Write the package: a module, what an installer would leave beside it, and data in ``example``."""
    (folder / "lab_spread.py").write_text(SOURCE)
    info = folder / "lab_spread-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: lab-spread\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[sciflask.tools]\nspread = lab_spread:spread\n")
    (folder / "example").mkdir()
    data = folder / "example" / "samples.csv"
    values = np.random.default_rng(5).normal(scale=np.arange(1, 13), size=(30, 12))
    frame = pd.DataFrame(values, index=[f"s{n}" for n in range(30)], columns=[f"f{n}" for n in range(1, 13)])
    frame.to_csv(data, float_format="%.4f", index_label="id")
    return NewTool(folder, data)
