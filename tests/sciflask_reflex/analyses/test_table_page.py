"""Pages, counts and cells: the same for every table."""

import pandas as pd
import pytest

from sciflask_reflex.analyses.table_page import cells_of, columns_of, counted, pages_of


@pytest.mark.parametrize(
    ("rows", "page", "expected"), [(0, 1, (1, 1)), (0, 9, (1, 1)), (15, 2, (1, 1)), (16, 2, (2, 2)), (16, 99, (2, 2)), (40, -3, (1, 3))]
)
def test_a_page_beyond_the_end_is_the_last(rows, page, expected):
    assert pages_of(rows, page, 15) == expected


@pytest.mark.parametrize(
    ("total", "matching", "is_narrowed", "said"),
    [
        (30_214_870, 2_214_311, True, "2,214,311 of 30,214,870 pairs"),
        (30_214_870, 30_214_870, False, "30,214,870 pairs"),
        (1, 1, False, "1 pair"),
        (0, 0, False, "0 pairs"),
        (1, 0, True, "0 of 1 pair"),
    ],
)
def test_how_many_are_left_is_said_in_their_words(total, matching, is_narrowed, said):
    assert counted(total, matching, ("pair", "pairs"), is_narrowed=is_narrowed) == said


def test_cells_are_written_as_their_column_is():
    frame = pd.DataFrame({"name": ["a", None], "n": [1200, 3], "p": [1.25e-20, None]})
    columns = columns_of(frame)
    assert [(column.name, column.is_number) for column in columns] == [("name", False), ("n", True), ("p", True)]
    cells = cells_of(frame, columns)
    assert [[cell.text for cell in row] for row in cells] == [["a", "1,200", "1.25e-20"], ["–", "3", "–"]]
    assert [cell.full for cell in cells[0]] == ["a", "1200", "1.25e-20"]
