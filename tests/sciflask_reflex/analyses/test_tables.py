"""One page of a table, whatever a browser asks for."""

import os

import pytest

from sciflask_reflex.analyses import tables
from sciflask_reflex.analyses.tables import table_page

ROWS = [("µ-Opioid", 3, "0.5"), ("GENE-b", 1, ""), ("gene-a", 2, "-0.25"), ("NA", 4, "1e-300")]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("name,n,r\n" + "".join(f"{a},{b},{c}\n" for a, b, c in ROWS), encoding="utf-8")
    return path


def names(page):
    return [row[0].text for row in page.rows]


def test_a_page_says_what_is_a_number_and_keeps_the_stored_order(path):
    page = table_page(path)
    assert [(column.name, column.is_number) for column in page.columns] == [("name", False), ("n", True), ("r", True)]
    assert names(page) == ["µ-Opioid", "GENE-b", "gene-a", "NA"]
    assert [(row[2].text, row[2].full) for row in page.rows] == [
        ("0.5", "0.5"),
        ("–", ""),
        ("\u22120.25", "-0.25"),
        ("1e-300", "1e-300"),
    ]
    assert (page.page, page.pages, page.total, page.matching, page.cut) == (1, 1, 4, 4, "")


@pytest.mark.parametrize(
    ("descending", "expected"), [(False, ["gene-a", "NA", "µ-Opioid", "GENE-b"]), (True, ["µ-Opioid", "NA", "gene-a", "GENE-b"])]
)
def test_sorting_puts_what_is_missing_last(path, descending, expected):
    assert names(table_page(path, sort="r", descending=descending)) == expected


@pytest.mark.parametrize("sort", ["nothing", "", "__class__", "0", "N"])
def test_an_unknown_column_keeps_the_order(path, sort):
    page = table_page(path, sort=sort)
    assert (names(page), page.sort) == (["µ-Opioid", "GENE-b", "gene-a", "NA"], "")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("gene", ["GENE-b", "gene-a"]),
        ("GENE -B", ["GENE-b"]),
        ("Μ-opioid", ["µ-Opioid"]),
        ("nan", []),
        ("3", []),
        ("(", []),
        ("  ", ["µ-Opioid", "GENE-b", "gene-a", "NA"]),
    ],
)
def test_words_are_looked_for_in_the_texts_in_any_case(path, query, expected):
    page = table_page(path, query=query)
    assert (names(page), page.matching, page.total) == (expected, len(expected), 4)


def test_pages_end_where_the_table_ends(path):
    assert [names(table_page(path, page=page, size=3)) for page in (-5, 0, 1, 2, 99)] == [names(table_page(path, size=3))] * 3 + [
        ["NA"]
    ] * 2
    assert table_page(path, page=7, query="gene", size=1).page == 2


def test_a_table_without_rows(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("name,word,n\n")
    page = table_page(path, query="x", sort="name", page=3)
    assert (page.rows, page.page, page.pages, page.total, page.sort, len(page.columns)) == ([], 1, 1, 0, "name", 3)


@pytest.mark.parametrize("content", ["", "\n"])
def test_a_table_without_columns(tmp_path, content):
    path = tmp_path / "t.csv"
    path.write_text(content)
    page = table_page(path, query="x", sort="name")
    assert (page.columns, page.rows, page.total) == ([], [], 0)


def test_a_table_of_numbers_alone_holds_no_words(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    assert table_page(path, query="1").matching == 0
    assert table_page(path).matching == 2


def test_texts_that_look_like_something_else_stay_texts(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("name,flag,mixed\nNULL,True,1\nNaN,False,x\n'=1+1,,2\n")
    page = table_page(path, sort="mixed")
    assert [[cell.text for cell in row] for row in page.rows] == [["NULL", "True", "1"], ["'=1+1", "–", "2"], ["NaN", "False", "x"]]
    assert not page.columns[2].is_number


def test_a_long_table_is_browsed_as_far_as_memory_allows(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 20)
    path = tmp_path / "t.csv"
    path.write_text("n\n" + "".join(f"{n}\n" for n in range(21)))
    page = table_page(path, page=99)
    assert (page.total, page.rows[-1][0].text) == (20, "19")
    assert "first 20 rows" in page.cut


def test_a_file_written_anew_is_read_anew(path):
    assert table_page(path).total == 4
    path.write_text("name\nlast\n")
    os.utime(path, ns=(1, 1))
    assert names(table_page(path)) == ["last"]


def test_a_file_that_is_gone_is_said_to_be_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        table_page(tmp_path / "gone.csv")
