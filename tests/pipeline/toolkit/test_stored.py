"""Tables of stored rows: what every one of them can do, how a result keeps them, and which readers are trusted."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

import pandas as pd
import pytest

from pipeline import tools
from pipeline.toolkit import Filter, Output, ParameterError, SampleTable, StoredRows, Table, ToolDefinitionError, stored, tool, writer
from pipeline.toolkit.result import write_result
from pipeline.toolkit.stored import reader_of
from pipeline.toolkit.wishes import Wish

FILTERS = (Filter("least", "Least", "number"), Filter("word", "Word", "choice"))


class Squares(StoredRows):
    """Numbers and their squares; what is stored is how many there are."""

    columns = ("number", "square", "word")
    filters = FILTERS

    def __init__(self, source: Path) -> None:
        self.source = source

    @property
    def guarded(self) -> int:
        return 1

    def __len__(self) -> int:
        return int(self.source.read_text())

    def _numbers(self, wish: Wish | None) -> list[int]:
        wish = wish or {}
        kept = [number for number in range(len(self)) if number**2 >= float(wish.get("least", 0))]
        return [number for number in kept if wish.get("word") in (None, _word(number))]

    def count(self, wish: Wish | None = None) -> int:
        return len(self._numbers(wish))

    def read(self, start: int, stop: int, wish: Wish | None = None) -> pd.DataFrame:
        numbers = self._numbers(wish)[start:stop]
        return pd.DataFrame({"number": numbers, "square": [float(n) ** 2 for n in numbers], "word": [_word(n) for n in numbers]})

    def suggest(self, name: str, text: str, most: int = 20) -> list[str]:
        return [word for word in ("=odd", "even") if text in word][:most]

    def save(self, folder: Path, stem: str) -> list[Path]:
        self.source = self.source.rename(folder / f"{stem}.txt")
        return [self.source]

    @classmethod
    def open(cls, folder: Path, stem: str) -> Self:
        return cls(folder / f"{stem}.txt")


def _word(number: int) -> str:
    return "=odd" if number % 2 else "even"


@dataclass(frozen=True)
class Counted:
    """A table."""

    rows: Annotated[Table, Output("Rows")]


@tool(slug="count-up", title="Count up", summary="Counts.")
def count_up(table: SampleTable) -> Counted:
    """Count."""
    raise NotImplementedError


@pytest.fixture
def squares(tmp_path: Path) -> Squares:
    (tmp_path / "made").mkdir()
    source = tmp_path / "made" / "source"
    source.write_text("10")
    return Squares(source)


def kept(rows: StoredRows, folder: Path) -> dict[str, Any]:
    """Return the manifest of a result with these rows."""
    return write_result(count_up, Counted(Table(rows)), folder, parameters={}, inputs=[], seed=0)


def test_a_table_is_as_wide_and_long_as_its_rows(squares):
    table = Table(squares)
    assert table.shape == (10, 3)
    assert table.stored is squares
    assert table.frame.equals(squares.read(0, 10))
    plain = Table(pd.DataFrame({"a": [1, 2]}))
    assert (plain.stored, plain.shape, plain.frame["a"].tolist()) == (None, (2, 1), [1, 2])


def test_parts_and_csv_are_all_rows_a_part_at_a_time(squares, monkeypatch):
    monkeypatch.setattr(stored, "PART_ROWS", 4)
    assert [len(part) for part in squares.parts()] == [4, 4, 2]
    pieces = list(squares.csv({"least": 16.0}))
    assert [piece.count(b"\n") for piece in pieces] == [1, 4, 2]
    assert b"".join(pieces).startswith(b"number,square,word\n4,16.0,even\n5,25.0,'=odd\n")


def test_a_wish_is_checked_against_the_rows(squares):
    assert squares.wish({"least": "4", "word": "even"}) == {"least": 4.0, "word": "even"}
    with pytest.raises(ParameterError) as refused:
        squares.wish({"least": "few", "word": "eve", "size": "1"})
    assert refused.value.fields == {
        "least": "Least: give a number.",
        "word": "Word: there is no 'eve' among these rows.",
        "size": "There is no filter 'size'. There are: least, word.",
    }


def test_few_rows_are_a_file_of_csv_beside_what_they_are_read_from(squares, tmp_path):
    manifest = kept(squares, tmp_path / "out")
    listed = {item["name"]: item for item in manifest["files"]}
    content = (tmp_path / "out" / "rows.csv").read_bytes()
    assert list(listed) == ["rows.csv", "rows.txt"]
    assert listed["rows.csv"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert content == b"".join(squares.csv())
    assert "made" not in listed["rows.csv"]
    assert manifest["notes"] == ["rows.csv: 1 text that a spreadsheet could run as a formula carries a leading apostrophe."]
    (output,) = manifest["outputs"]
    assert (output["rows"], output["columns"], output["files"]) == (10, 3, ["rows.csv", "rows.txt"])
    assert [item["name"] for item in output["filters"]] == ["least", "word"]
    assert json.loads((tmp_path / "out" / "manifest.json").read_text()) == manifest


def test_csv_of_many_rows_is_named_but_not_written(squares, tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "MOST_CSV_ROWS", 9)
    manifest = kept(squares, tmp_path / "out")
    made, packed = manifest["files"]
    assert made == {"name": "rows.csv", "bytes": None, "sha256": None, "media_type": "text/csv", "title": "Rows", "made": True}
    assert (packed["name"], packed["bytes"]) == ("rows.txt", 2)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["manifest.json", "rows.txt"]
    reader = reader_of(count_up, manifest["outputs"][0]["reader"])
    assert reader.open(tmp_path / "out", "rows").frame().equals(squares.frame())


@pytest.mark.parametrize(
    "name", ["os:path", "pathlib:Path", "pipeline.ensembles.tool:sample", "pipeline.correlation.tool:correlate", "", ":", "x"]
)
def test_only_readers_of_tools_are_trusted(name):
    with pytest.raises(ToolDefinitionError, match="is no reader of its stored rows"):
        reader_of(tools()["correlation"], name)


def test_nothing_else_is_imported(monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr(stored, "import_module", asked.append)
    for module in ("os", "pipeline", "pipeline.correlationx.a", "sciflask_reflex.db", "pipeline.result"):
        with pytest.raises(ToolDefinitionError):
            reader_of(tools()["correlation"], f"{module}:Rows")
    assert asked == []


class Elsewhere(Squares):
    """Names its file as the CSV is named."""

    def save(self, folder: Path, stem: str) -> list[Path]:
        return [super().save(folder, stem)[0].rename(folder / "rows.csv")]


def test_a_name_may_not_be_taken(squares, tmp_path):
    with pytest.raises(ToolDefinitionError, match="taken, reserved or not a safe name"):
        kept(Elsewhere(squares.source), tmp_path / "out")


def test_rows_that_nobody_can_read_again_are_refused(squares, tmp_path):
    class Inner(Squares):
        pass

    with pytest.raises(ToolDefinitionError, match="is no reader of its stored rows"):
        kept(Inner(squares.source), tmp_path / "out")


def test_filters_are_told_to_programs(squares, tmp_path):
    told: list[Mapping[str, Any]] = kept(squares, tmp_path / "out")["outputs"][0]["filters"]
    assert told[0] == {"name": "least", "title": "Least", "kind": "number", "help": "", "low": None, "high": None}
