"""A page of stored rows: as narrow as a person wishes, and never more than a page."""

import os
from dataclasses import replace
from io import BytesIO

import pandas as pd
import pytest

from pipeline.toolkit import StoredRows
from pipeline.toolkit.wishes import Filter
from sciflask_reflex.analyses import stored_tables
from sciflask_reflex.analyses.stored_tables import Stored, rows_of, stored_page, suggested
from sciflask_reflex.analyses.table_page import TablePage
from sciflask_reflex.errors import Refused

READER = "pipeline.correlation.pairtable:PairTable"
FILTERS = (
    Filter("least", "Least", "number", "At least this.", 0, 50),
    Filter("word", "Word", "choice", "One word."),
    Filter("most", "Most", "count", "So many."),
)


class Numbers(StoredRows):
    """Whole numbers from the largest down, even ones and odd ones; remembers what was read at once."""

    filters = FILTERS
    columns = ("number", "word")
    things = ("number", "numbers")

    def __init__(self, count: int) -> None:
        self._count = count
        self.largest_read = 0

    def __len__(self):
        return self._count

    def _left(self, wish):
        wish = wish or {}
        numbers = range(self._count - 1, -1, -1)
        if "word" in wish:
            numbers = [n for n in numbers if ("even", "odd")[n % 2] == wish["word"]]
        left = [n for n in numbers if n >= wish.get("least", 0)] if "least" in wish else numbers
        return left[: int(wish["most"])] if "most" in wish else left

    def count(self, wish=None):
        return len(self._left(wish))

    def read(self, start, stop, wish=None):
        self.largest_read = max(self.largest_read, stop - start)
        rows = [(n, ("even", "odd")[n % 2]) for n in self._left(wish)[start:stop]]
        return pd.DataFrame(rows, columns=list(self.columns)).astype({"number": "int64"})

    def suggest(self, name, text, most=20):
        return [word for word in ("even", "odd") if text in word][:most]

    def save(self, folder, stem):
        raise NotImplementedError

    @classmethod
    def open(cls, folder, stem):
        raise NotImplementedError


@pytest.fixture
def rows():
    return Numbers(100)


def numbers(page):
    return [int(row[0].text) for row in page.rows]


def narrowed(rows, before=None, **typed):
    return stored_page(rows, before or stored_page(rows, TablePage()), typed=typed)


def test_a_table_is_first_shown_whole_and_in_its_own_order(rows):
    page = stored_page(rows, TablePage())
    assert numbers(page) == list(range(99, 84, -1))
    assert (page.page, page.pages, page.total, page.matching, page.counted) == (1, 7, 100, 100, "100 numbers")
    assert [(column.name, column.is_number) for column in page.columns] == [("number", True), ("word", False)]
    assert (page.address, page.wish, page.cut, page.fault) == ("", {}, "", "")
    assert [(one.name, one.title, one.kind, one.help, one.typed, one.fault) for one in page.narrowings] == [
        ("least", "Least", "number", "At least this.", "", ""),
        ("word", "Word", "choice", "One word.", "", ""),
        ("most", "Most", "count", "So many.", "", ""),
    ]


def test_a_number_between_two_ends_has_a_slider(rows):
    assert [(one.least, one.most, one.step) for one in stored_page(rows, TablePage()).narrowings] == [
        ("0", "50", "0.5"), ("", "", ""), ("", "", ""),
    ]  # fmt: skip


def test_what_is_wished_counts_together(rows):
    page = narrowed(rows, least=" 50 ", word="odd", most="3")
    assert (numbers(page), page.counted, page.page, page.pages) == ([99, 97, 95], "3 of 100 numbers", 1, 1)
    assert page.wish == {"least": "50", "word": "odd", "most": "3"}
    assert page.address == "?least=50.0&word=odd&most=3"
    assert [one.typed for one in page.narrowings] == ["50", "odd", "3"]


def test_the_next_page_is_of_what_was_wished(rows):
    before = narrowed(rows, word="even")
    page = stored_page(rows, before, page=2)
    assert (numbers(page)[0], page.page, page.pages, page.wish) == (68, 2, 4, {"word": "even"})
    assert stored_page(rows, before, page=10**9).page == 4


def test_a_new_wish_begins_at_its_first_page_and_an_empty_one_clears(rows):
    before = stored_page(rows, narrowed(rows, word="even"), page=3)
    assert stored_page(rows, before, typed={"word": "odd"}).page == 1
    page = stored_page(rows, before, typed={"word": "", "least": "  "})
    assert (page.counted, page.wish, page.address) == ("100 numbers", {}, "")


def test_a_fault_stands_in_its_field_and_the_rows_stay(rows):
    before = stored_page(rows, narrowed(rows, word="even"), page=2)
    page = stored_page(rows, before, typed={"word": "evn", "least": "99", "most": "0"})
    assert [bool(one.fault) for one in page.narrowings] == [True, True, True]
    assert [one.typed for one in page.narrowings] == ["99", "evn", "0"]
    assert (page.rows, page.page, page.wish, page.counted) == (before.rows, 2, before.wish, before.counted)
    turned = stored_page(rows, page, page=3, typed={"word": "evn"})
    assert (turned.page, turned.wish, turned.narrowings[1].typed) == (3, {"word": "even"}, "evn")


def test_a_wish_that_other_rows_cannot_have_is_dropped_and_said(rows):
    """A live tool brings other rows while a table is narrow."""
    before = replace(narrowed(rows, word="odd"), wish={"word": "gone"})
    page = stored_page(rows, before)
    assert (page.counted, page.wish, page.narrowings[1].typed) == ("100 numbers", {}, "gone")
    assert "gone" in page.narrowings[1].fault


def test_a_filter_that_there_is_none_of_changes_nothing(rows):
    page = narrowed(rows, colour="red")
    assert (page.counted, page.wish) == ("100 numbers", {})


def test_what_leaves_nothing_says_what_to_do(rows):
    page = narrowed(rows, word="odd", least="50", most="1")
    none = narrowed(Numbers(10), least="20")
    assert page.rows
    assert (none.rows, none.counted) == ([], "0 of 10 numbers")
    assert none.empty == "No number is left. Ask for less, or clear what narrows the table."
    assert stored_page(Numbers(0), TablePage()).empty == "There is no number."


def test_never_more_than_a_page_is_read(rows):
    stored_page(rows, narrowed(rows, word="even"), page=3)
    assert rows.largest_read == stored_tables.PAGE_ROWS


@pytest.mark.parametrize(
    ("count", "is_long"), [(stored_tables.SHEET_ROWS - 1, False), (stored_tables.SHEET_ROWS, True)], ids=["fits", "too long"]
)
def test_more_than_a_spreadsheet_holds_is_said(count, is_long):
    """The header is a row of the sheet."""
    page = stored_page(Numbers(count), TablePage())
    assert ("1,048,576 rows of a spreadsheet" in page.cut) == is_long
    assert page.cut == "" or "Narrow" in page.cut
    assert narrowed(Numbers(count), most="10").cut == ""


@pytest.mark.parametrize(("count", "typed"), [(1, {}), (37, {}), (5_000, {}), (5_000, {"word": "odd"}), (100_000, {"least": "50"})])
def test_the_size_that_the_button_says_is_about_right(count, typed):
    rows = Numbers(count)
    page = narrowed(rows, **typed)
    size = len(b"".join(rows.csv(rows.wish(typed))))
    number, unit = page.download.removeprefix(f"CSV: {page.matching:,} {'row' if count == 1 else 'rows'}, about ").split()
    said = float(number) * {"B": 1, "kB": 1e3, "MB": 1e6}[unit]
    assert abs(said - size) <= 0.15 * size + 20


def test_values_are_offered_once_something_was_typed(rows):
    assert suggested(rows, "word", "e") == ["even"]
    assert suggested(rows, "word", "  ") == suggested(rows, "least", "5") == suggested(rows, "nothing", "e") == []


def stored(folder, **changes):
    return Stored(**({"tool": "correlation", "reader": READER, "file": folder / "pairs.first.npy", "stem": "pairs"} | changes))


def test_real_pairs_are_narrowed_as_a_frame_would_be(stored_pairs):
    folder, _ = stored_pairs
    rows = rows_of(stored(folder))
    assert rows is rows_of(stored(folder))
    everything = rows.frame()
    page = stored_page(rows, TablePage(), typed={"feature": "TP53", "least_r": "0.2", "strongest": "7"})
    mine = everything[(everything.feature_1 == "TP53") | (everything.feature_2 == "TP53")]
    expected = mine[mine.r.abs() >= 0.2].head(7)
    assert len(expected) == 7
    assert [(row[0].text, row[1].text, row[2].full) for row in page.rows] == [
        (one.feature_1, one.feature_2, str(one.r)) for one in expected.itertuples()
    ]
    assert page.counted == "7 of 780 pairs"
    sent = pd.read_csv(BytesIO(b"".join(rows.csv(rows.wish(page.wish)))))
    assert sent.r.tolist() == pytest.approx(expected.r.tolist(), abs=0)


def test_rows_written_anew_are_read_anew(stored_pairs):
    folder, _ = stored_pairs
    before = rows_of(stored(folder))
    os.utime(folder / "pairs.first.npy", ns=(1, 1))
    assert rows_of(stored(folder)) is not before


def test_rows_that_are_gone_are_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        rows_of(stored(tmp_path))


def test_rows_of_a_tool_that_is_gone_are_refused_in_a_sentence(stored_pairs):
    folder, _ = stored_pairs
    with pytest.raises(Refused, match="no longer installed"):
        rows_of(stored(folder, tool="phrenology"))
