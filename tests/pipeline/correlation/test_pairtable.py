"""The pairs as a table: every way to narrow it agrees with narrowing the whole frame, and little of it is ever held."""

import io
import threading
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.correlation import narrowed
from pipeline.correlation.engine import PairStore, find_pairs
from pipeline.correlation.engine.columns import Columns, Facts, write_facts
from pipeline.correlation.engine.gaps import find_pairs_with_gaps
from pipeline.correlation.measures import pearson, spearman
from pipeline.correlation.pairs import Scratch
from pipeline.correlation.pairtable import COLUMNS, PairTable
from pipeline.toolkit import ParameterError

FEATURES = 120
NAMES = ["TP53", "tp53-as", "=SUM(A1)", 'x, "y"', *(f"g{number}" for number in range(FEATURES - 4))]
WISHES = (
    {},
    {"least_r": 0.6},
    {"least_r": 1.0},
    {"feature": "TP53"},
    {"feature": "g115", "least_r": 0.4},
    {"strongest": 7},
    {"strongest": 10**9},
    {"feature": "=SUM(A1)", "least_r": 0.2, "strongest": 5},
    {"feature": "g3", "strongest": 1},
)


def values() -> np.ndarray:
    random = np.random.default_rng(7)
    return random.normal(size=(40, 3)) @ random.normal(size=(3, FEATURES)) + random.normal(size=(40, FEATURES))


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at few pairs together, so that there are many spans."""
    monkeypatch.setattr(narrowed, "SPAN", 512)


@pytest.fixture(params=["in order of r", "n of their own"])
def table(request: pytest.FixtureRequest, spans: None) -> PairTable:
    scratch, matrix = Scratch(), values()
    if request.param == "in order of r":
        store = find_pairs(spearman.rows(matrix), scratch.folder)
    else:
        matrix[np.random.default_rng(1).random(matrix.shape) < 0.1] = np.nan
        store, _ = find_pairs_with_gaps(
            matrix, None, scratch.folder, tail="beta", ranked=False, correction="benjamini-hochberg", alpha=0.05
        )
    assert len(store) > 1500
    return PairTable(store, NAMES, scratch=scratch)


def narrowed_frame(frame: pd.DataFrame, wish: dict) -> pd.DataFrame:
    """Narrow a whole frame the plain way."""
    frame = frame[frame["r"].abs() >= wish.get("least_r", 0)]
    if "feature" in wish:
        frame = frame[(frame["feature_1"] == wish["feature"]) | (frame["feature_2"] == wish["feature"])]
    return frame.head(wish.get("strongest", len(frame))).reset_index(drop=True)


@pytest.mark.parametrize("wish", WISHES, ids=str)
def test_narrowing_is_narrowing_the_whole(table, wish):
    expected = narrowed_frame(table.frame(), wish)
    assert table.count(wish) == len(expected)
    pd.testing.assert_frame_equal(table.read(0, 10**9, wish), expected)
    pd.testing.assert_frame_equal(table.read(5, 12, wish), expected.iloc[5:12].reset_index(drop=True))
    assert table.read(len(expected), len(expected) + 3, wish).empty
    parts = list(table.parts(wish))
    assert sum(map(len, parts)) == len(expected)


@pytest.mark.parametrize("wish", WISHES, ids=str)
def test_csv_has_the_same_rows_names_guarded(table, wish):
    expected = narrowed_frame(table.frame(), wish)
    read = pd.read_csv(io.BytesIO(b"".join(table.csv(wish))), keep_default_na=False)
    assert tuple(read.columns) == COLUMNS
    for column in ("feature_1", "feature_2"):
        assert read[column].tolist() == expected[column].replace("=SUM(A1)", "'=SUM(A1)").tolist()
    for column in ("r", "p", "p_corrected", "n"):
        assert np.array_equal(read[column].to_numpy(dtype=float), expected[column].to_numpy(dtype=float)), column


def test_the_order_is_that_of_strength_or_of_p(table):
    frame = table.frame()
    measured = -frame["p"] if table.store.facts.own_n else frame["r"].abs()
    assert (measured.diff().dropna() <= 0).all()
    assert (frame["n"].nunique() > 1) is table.store.facts.own_n


def test_it_moves_into_a_result_and_is_read_from_there(table, tmp_path):
    before = table.frame()
    source, folder = table.store.folder, tmp_path / "result"
    folder.mkdir()
    paths = table.save(folder, "pairs")
    assert {path.name for path in paths} == {path.name for path in folder.iterdir()} >= {"pairs.r.npy", "pairs.names.json"}
    assert list(source.iterdir()) == [], "nothing is there twice"
    assert table.frame().equals(before), "it goes on being readable"
    opened = PairTable.open(folder, "pairs")
    assert opened.frame().equals(before)
    again = tmp_path / "again"
    again.mkdir()
    opened.save(again, "strong")
    assert PairTable.open(folder, "pairs").frame().equals(before), "what is kept already stays where it is"
    assert PairTable.open(again, "strong").frame().equals(before)


def test_the_scratch_folder_lives_as_long_as_the_table():
    scratch = Scratch()
    table = PairTable(find_pairs(pearson.rows(values()), scratch.folder), NAMES, scratch=scratch)
    folder = table.store.folder
    del scratch
    assert len(table.read(0, 3)) == 3
    del table
    assert not folder.exists()


def test_names_are_suggested_equal_ones_first():
    table = PairTable(find_pairs(pearson.rows(values()), (scratch := Scratch()).folder), NAMES, scratch=scratch)
    assert table.suggest("feature", "tp53-as", 2) == ["tp53-as"]
    assert table.suggest("feature", "TP5") == ["TP53", "tp53-as"]
    assert table.suggest("feature", "53-A") == ["tp53-as"]
    assert table.suggest("feature", "g1", 3) == ["g1", "g10", "g11"]
    assert table.suggest("least_r", "0") == []
    assert table.guarded == 1
    with pytest.raises(ParameterError, match="there is no 'tp53' among these rows"):
        table.wish({"feature": "tp53"})
    assert table.wish({"feature": "TP53"}) == {"feature": "TP53"}


def test_nothing_listed_is_an_empty_table(tmp_path):
    random = np.random.default_rng(0)
    table = PairTable(find_pairs(pearson.rows(random.normal(size=(20, 10))), tmp_path, correction="bonferroni", alpha=1e-9), NAMES[:10])
    assert (len(table), table.count({"feature": "TP53"}), list(table.parts())) == (0, 0, [])
    assert tuple(table.frame().columns) == COLUMNS
    assert list(table.csv()) == [b"feature_1,feature_2,r,p,p_corrected,n\n"]


def test_several_people_look_at_one_table(table):
    wishes, answers = [{"feature": name, "least_r": 0.3} for name in NAMES[4:24]], {}

    def look(wish: dict) -> None:
        answers[wish["feature"]] = table.read(0, 50, wish)

    threads = [threading.Thread(target=look, args=(wish,)) for wish in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    frame = table.frame()
    for wish in wishes:
        pd.testing.assert_frame_equal(answers[wish["feature"]], narrowed_frame(frame, wish).head(50))


def many(folder: Path, count: int) -> PairTable:
    """Return a table of made-up pairs, as the engine would have written them."""
    features = 3_000
    random = np.random.default_rng(0)
    r = np.sort(random.uniform(0.2, 1.0, count))[::-1]
    facts = Facts(count, features * (features - 1) // 2, features, 98, "student", "benjamini-hochberg", 0.05)
    written = Columns(folder, facts)
    for name, values in (("first", random.integers(0, 2_000, count)), ("second", random.integers(2_000, 3_000, count)), ("r", r)):
        written.put(name, 0, values)
    written.close()
    write_facts(folder, facts, np.full(-(-count // facts.block), np.inf))
    return PairTable(PairStore(folder), [f"g{number}" for number in range(features)])


@pytest.mark.parametrize("wish", [{}, {"feature": "g7"}, {"least_r": 0.21}], ids=str)
def test_memory_does_not_grow_with_the_pairs(tmp_path, wish):
    table = many(tmp_path, 2_000_000)
    next(iter(table.csv()))
    tracemalloc.start()
    rows = sum(piece.count(b"\n") for piece in table.csv(wish)) - 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == table.count(wish) > 0
    assert peak < 24 * 2**20
    assert table.store.bytes_on_disk / len(table) < 12.1
