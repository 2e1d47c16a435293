"""Ways to the significant correlations of a table, ours and others'. One process each: ``python -m measuring.peers NAME FOLDER``.

The process loads ``table.npy`` of the folder, warms up on a corner of it and says so; then each line it reads is one run, answered by the
seconds it took and what it found. Nothing is imported at the top that one of them might not have.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Found = dict[str, Any]
ALPHA = 0.05


def engine(values: Any, folder: Path) -> Found:
    """Our engine: r, p, corrected p of the pairs that survive, on disk."""
    import numpy as np

    from pipeline.correlation.engine import find_pairs
    from pipeline.correlation.measures import spearman

    with tempfile.TemporaryDirectory() as scratch:
        store = find_pairs(spearman.rows(values, 2), Path(scratch), alpha=ALPHA, threads=2)
        return {"pairs": len(store), "sum_q": float(np.sum(store.page(0, len(store)).q))}


def tool(values: Any, folder: Path) -> Found:
    """Our tool: from the file to tables, matrices and heatmaps in a folder."""
    from pipeline import tools
    from pipeline.toolkit.execute import execute

    count = {"feature_count": values.shape[1]}
    with tempfile.TemporaryDirectory() as scratch:
        manifest = execute(tools()["correlation"], {"dataset1": folder / "table.csv"}, {}, count, Path(scratch), durable=False)
    return {"pairs": manifest["metrics"]["significant"]["value"]}


def ancestor(values: Any, folder: Path) -> Found:
    """Science Flask's method: SciPy, statsmodels, triangles mirrored in a loop."""
    from measuring.ancestor import calculate

    return {"pairs": calculate(values)[2]}


def ancestor_whole(values: Any, folder: Path) -> Found:
    """Science Flask's method from the file to tables and two heatmaps."""
    from measuring.ancestor import whole

    with tempfile.TemporaryDirectory() as scratch:
        return {"pairs": whole(folder / "table.csv", Path(scratch), values.shape[1])}


def scipy(values: Any, folder: Path) -> Found:
    """SciPy and statsmodels without any loop."""
    import numpy as np
    from scipy.stats import spearmanr
    from statsmodels.stats.multitest import multipletests

    answer: Any = spearmanr(values)
    tested: Any = multipletests(answer.pvalue[np.tril_indices(values.shape[1], -1)], alpha=ALPHA, method="fdr_bh")
    rejected, corrected = tested[:2]
    return {"pairs": int(rejected.sum()), "sum_q": float(corrected[rejected].sum())}


def pandas(values: Any, folder: Path) -> Found:
    """Coefficients alone by pandas, without p-values."""
    import pandas as pd

    pd.DataFrame(values).corr(method="spearman")
    return {}


def corals(values: Any, folder: Path) -> Found:
    """CorALS' coefficients alone, without p-values; runs in an environment of its own."""
    from corals.correlation.full.default import cor_full  # pyright: ignore[reportMissingImports]

    cor_full(values, correlation_type="spearman")
    return {}


PEERS: dict[str, Callable[[Any, Path], Found]] = {
    one.__name__: one for one in (engine, tool, ancestor, ancestor_whole, scipy, pandas, corals)
}  # fmt: skip
WHOLE = {"tool", "ancestor_whole"}
"""Those that read the file: they warm up by loading their libraries."""


def load() -> None:
    """Load the libraries of those that read the file."""
    from matplotlib import pyplot as plt  # noqa: F401

    import pipeline.correlation.analysis  # noqa: F401


def main() -> None:
    """Run one of them as often as asked."""
    import numpy as np

    name, folder = sys.argv[1], Path(sys.argv[2])
    values = np.load(folder / "table.npy")
    if name in WHOLE:
        load()
    else:
        PEERS[name](np.ascontiguousarray(values[:, :60]), folder)
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        found = PEERS[name](values, folder)
        print(json.dumps(found | {"seconds": time.perf_counter() - start}), flush=True)


if __name__ == "__main__":
    main()
