"""The class in docs/large-tables.md is taken at its word."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

DOCS = Path(__file__).parents[1] / "docs" / "large-tables.md"


@pytest.fixture(scope="module")
def peaks_class() -> Any:
    """Return the class of the page."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {"__name__": "peaks"}
    exec(compile(code, str(DOCS), "exec"), names)
    return names["Peaks"]


@pytest.fixture
def peaks(peaks_class: Any, tmp_path: Path) -> Any:
    heights = np.sort(np.random.default_rng(0).random(1_000))[::-1]
    np.save(tmp_path / "made.npy", np.stack([np.arange(1_000.0), heights]))
    return peaks_class(tmp_path / "made.npy")


def test_it_counts_reads_and_narrows(peaks: Any) -> None:
    everything = peaks.frame()
    assert len(peaks) == peaks.count() == len(everything) == 1_000
    wish = peaks.wish({"least_height": "0.9"})
    assert 0 < peaks.count(wish) == int((everything["height"] >= 0.9).sum())
    assert peaks.read(0, 10_000, wish)["height"].min() >= 0.9
    assert len(peaks.read(5, 9)) == 4
    assert peaks.read(999, 2_000)["place"].tolist() == [999.0]
    assert sum(piece.count(b"\n") for piece in peaks.csv(wish)) == peaks.count(wish) + 1


def test_it_moves_and_is_read_again(peaks: Any, peaks_class: Any, tmp_path: Path) -> None:
    before, folder = peaks.frame(), tmp_path / "result"
    folder.mkdir()
    assert peaks.save(folder, "peaks") == [folder / "peaks.npy"]
    assert not (tmp_path / "made.npy").exists()
    assert peaks.frame().equals(before)
    assert peaks_class.open(folder, "peaks").frame().equals(before)
