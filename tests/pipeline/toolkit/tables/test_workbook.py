"""Excel workbooks: what is read, what is told, and what is refused before it can hurt."""

import io
import math
import os
import struct
import time
import zipfile

import pytest

from pipeline.toolkit import Limits
from pipeline.toolkit.tables import read_sample_table
from pipeline.toolkit.tables.cellscan import scan_cells
from tests.pipeline.toolkit.tables.tried import check_of, said
from tests.pipeline.toolkit.tables.workbooks import sheet, workbook

checked = check_of("x.xlsx")
ROWS = [["id", "a", "b"], ["s1", 1.5, 2], ["s2", -3, 5e-3]]
DATE = '<c s="1"><v>45000</v></c>'


def test_a_sheet_is_read_as_the_same_table_in_text_is(tmp_path):
    result = checked(tmp_path, workbook(sheet(ROWS)))
    assert result.findings == []
    assert (result.facts["rows"], result.facts["columns"], result.facts["format"]) == (2, 2, "Excel workbook")
    assert result.facts["preview"] == {"columns": ["id", "a", "b"], "rows": [["s1", "1.5", "2"], ["s2", "-3", "0.005"]]}
    table = read_sample_table(tmp_path / "stored")
    assert (table.ids, table.names, table.values.tolist(), table.notes) == (["s1", "s2"], ["a", "b"], [[1.5, 2], [-3, 0.005]], ())


def test_formulas_count_with_their_values(tmp_path):
    checked(tmp_path, workbook(sheet([*ROWS, ["s3", "<c ><f>B2*2</f><v>3</v></c>", 1]])))
    assert read_sample_table(tmp_path / "stored").values[2].tolist() == [3, 1]


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ('<c t="e"><v>#DIV/0!</v></c>', "'#DIV/0!' is no number (spreadsheet error)"),
        ('<c t="e"><f>1/0</f><v>#VALUE!</v></c>', "spreadsheet error"),
        ("<c ><f>A1+1</f></c>", "formula without a value"),
        ('<c s="1"><f>TODAY()</f></c>', "formula without a value"),
        (DATE, "'2023-03-15' is no number (date)"),
        (True, "'TRUE' is no number"),
        ("5 mg", "unit"),
        ("1,5", "decimal comma"),
        ("<c ><v>1e999</v></c>", "infinite"),
    ],
)
def test_what_is_no_number_is_told_with_row_and_column(tmp_path, cell, part):
    result = checked(tmp_path, workbook(sheet([*ROWS, [None, None, None], ["s3", 7, cell]])))
    finding = said(result, part)
    assert (finding.severity, finding.row, finding.column) == ("error", 5, "b")
    assert finding.message.startswith("Row 5, column 'b'")


@pytest.mark.parametrize("cell", [None, "", " ", "NA", "<c ></c>", '<c t="e"><v>#N/A</v></c>'])
def test_missing_values_are_as_in_text(tmp_path, cell):
    result = checked(tmp_path, workbook(sheet([*ROWS, ["s3", 7, cell]])))
    assert (result.facts["missing"], [f.severity for f in result.findings]) == (1, ["note"])
    assert math.isnan(read_sample_table(tmp_path / "stored").values[2, 1])


def test_what_was_changed_is_noted(tmp_path):
    content = workbook(sheet([["id", "a", 7], [1, "1.5", 2], [2.5, 3, 5]]), sheet([["x"]]))
    told = [
        "The workbook has 2 sheets; only 'sheet 1' was read.",
        "1 cell with a number written as text taken for that number.",
        "3 sample ids and names that are numbers written as text.",
    ]
    assert [(f.severity, f.message) for f in checked(tmp_path, content).findings] == [("note", sentence) for sentence in told]
    table = read_sample_table(tmp_path / "stored")
    assert (table.ids, table.names, list(table.notes)) == (["1", "2.5"], ["a", "7"], told)


def test_names_that_became_dates_are_refused(tmp_path):
    result = checked(tmp_path, workbook(sheet([["id", "a", DATE], [DATE, 1, 2], ["s2", 3, 5]])))
    assert "SEPT2" in said(result, "In row 1 a name of a column is a date: '2023-03-15'").cure
    assert said(result, "In row 2 a sample id is a date").severity == "error"


def test_a_column_of_dates_is_left_out(tmp_path):
    result = checked(tmp_path, workbook(sheet([["id", "a", "when", "b"], ["s1", 1, DATE, 2], ["s2", 3, DATE, 5]])))
    assert said(result, "Column 'when' holds text, such as '2023-03-15'").severity == "warning"
    table = read_sample_table(tmp_path / "stored")
    assert (table.names, table.text["when"].tolist()) == (["a", "b"], ["2023-03-15", "2023-03-15"])


def test_the_first_sheet_that_can_be_seen(tmp_path):
    checked(tmp_path, workbook(sheet([["secret"]]), sheet(ROWS), hidden=[1]))
    table = read_sample_table(tmp_path / "stored")
    assert table.ids == ["s1", "s2"]
    assert table.notes == ("The workbook has 2 sheets; only 'sheet 2' was read.",)


def test_empty_rows_and_merged_cells_are_told(tmp_path):
    merged = '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    result = checked(tmp_path, workbook(sheet([*ROWS[:2], [None], ROWS[2]], first_row=3, extra=merged)))
    assert said(result, "1 empty row was passed over").severity == "note"
    assert said(result, "1 group of merged cells").severity == "warning"
    assert result.table
    assert result.table.rows == [4, 6]


def test_a_table_that_begins_elsewhere_keeps_its_rows(tmp_path):
    rows = [[None, None, *row] for row in [*ROWS, ["s3", 1, '<c t="e"><v>#REF!</v></c>']]]
    finding = said(checked(tmp_path, workbook(sheet(rows, first_row=5))), "spreadsheet error")
    assert (finding.row, finding.column) == (8, "b")


@pytest.mark.parametrize(
    ("rows", "part"),
    [([], "The sheet is empty"), ([["id"], ["s1"]], "Only one column"), ([["id", "a", "b"]], "no samples")],
)
def test_sheets_without_a_table(tmp_path, rows, part):
    assert checked(tmp_path, workbook(sheet(rows))).scan.refused
    assert said(checked(tmp_path, workbook(sheet(rows))), part)


@pytest.mark.parametrize(
    ("far", "part"),
    [
        ('<row r="1048576"><c r="B1048576"><v>1</v></c></row>', "reaches down to row 1,048,576"),
        ('<row r="2"><c r="XFD2"><v>1</v></c></row>', "16,384 columns; at most 100 features"),
        ('<row r="2">' + "<c><v>1</v></c>" * 10 + "</row>", None),
    ],
)
def test_a_sheet_that_reaches_too_far_is_refused_before_room_is_made(tmp_path, far, part):
    content = workbook(sheet(ROWS).replace("</sheetData>", far + "</sheetData>"))
    result = checked(tmp_path, content, Limits(max_samples=100, max_features=100, min_features=2, min_shared_samples=2))
    if part:
        assert said(result, part).severity == "error"
    assert result.scan.refused is bool(part)


@pytest.mark.parametrize(("usual", "unusual"), [("</c>", "</c >"), ("</c>", "</c\n>"), ("<c ", "<c\n"), ("<c ", "<c\t")])
def test_cells_that_would_not_be_counted_are_not_read_either(tmp_path, usual, unusual):
    far = '<row r="2"><c r="B1048576"><v>1</v></c></row></sheetData>'
    for content in (sheet(ROWS).replace("</sheetData>", far), sheet([*ROWS, ["s3", '<c t="e"><v>#DIV/0!</v></c>', 2]])):
        for written in (unusual, unusual.replace("c", "x:c")):
            found = said(checked(tmp_path, workbook(content.replace(usual, written))), "written in an unusual way")
            assert found.severity == "error"


def test_more_cells_than_a_workbook_may_have(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.toolkit.tables.workbook.MOST_CELLS", 8)
    sparse = sheet([["id", "a", "b"], ["s1", None, None], ["s2", None, 5]])
    twice = sheet([["<c ><v>1</v></c>" + "<c ><v>1</v></c>".replace("<c ", '<c r="A1" ') * 8]])
    for content, part in [
        (sheet(ROWS), "holds more than 8 cells"),
        (twice, "holds more than 8 cells"),
        (sparse, "over 3 rows and 3 columns; a workbook may have 8 cells"),
    ]:
        assert said(checked(tmp_path, workbook(content)), part).cure.startswith("Save the sheet")
    strings = "<sst>" + "<si><t/></si>" * 9 + "</sst>"
    result = checked(tmp_path, workbook(sparse, parts={"xl/sharedStrings.xml": strings}))
    assert said(result, "it holds more than a workbook of this size can hold")


def test_what_packs_too_well_is_refused_before_it_is_unpacked(tmp_path):
    strings = b"<sst>" + b" " * (17 << 20) + b"</sst>"
    tight = workbook(sheet(ROWS), parts={"xl/sharedStrings.xml": strings})
    assert said(checked(tmp_path, tight), "it holds more than a workbook of this size can hold")
    loose = workbook(sheet(ROWS), parts={"xl/sharedStrings.xml": strings, "xl/media/a.png": os.urandom(400_000)})
    assert checked(tmp_path, loose).findings == []


@pytest.mark.parametrize("unit", ["<row ", '<mergeCell ref="A1:B2"/>', "<c <f ", "<c ><f>", '<c t="e">', "<v <f"])
def test_what_never_ends_is_looked_at_once(unit):
    """A row of tags without an end, of which each could begin something, takes no more than one that is sound."""
    began = time.process_time()
    scan_cells([b"<row>" + unit.encode() * 100_000 + b"</c></row>"], 10**9, 10**9)
    assert time.process_time() - began < 5


def lied(content: bytes, name: str, size: int) -> bytes:
    """Let the directory of an archive say another size of a part than it has."""
    at = content.rindex(name.encode()) - 46
    return content[: at + 24] + struct.pack("<I", size) + content[at + 28 :]


def test_bombs_and_damage_get_a_sentence(tmp_path):
    limits = Limits(max_file_bytes=100_000, min_features=2, min_shared_samples=2)
    bomb = workbook(sheet(ROWS), parts={"xl/sharedStrings.xml": b" " * 10_000_000})
    assert len(bomb) < 100_000
    for content, part in [
        (bomb, "it holds more than a workbook of this size can hold"),
        (lied(bomb, "xl/sharedStrings.xml", 1_000), "it is cut off or damaged"),
        (workbook(sheet(ROWS))[:-100], "it is cut off or damaged"),
        (workbook(sheet(ROWS), parts={"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}), ""),
        (workbook(sheet(ROWS), parts={"xl/_rels/workbook.xml.rels": b"<x/>"}), ""),
        (workbook(), "it has no sheet that can be seen"),
        (workbook(sheet(ROWS), parts={"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><workbook/>'}), ""),
    ]:
        result = checked(tmp_path, content, limits)
        assert said(result, f"The workbook cannot be read: {part}").severity == "error"
        assert result.table is None


def test_another_archive_is_no_workbook(tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("table.csv", "id,a\n")
    assert said(checked(tmp_path, file.getvalue()), "another kind of zip archive")
    assert said(checked(tmp_path, b"id,a,b\ns1,1,2\n"), "ends in .xlsx, but it is no Excel workbook")
    assert said(checked(tmp_path, workbook(sheet(ROWS)), filename="x.csv"), "This is an Excel workbook, not a text table").cure.startswith(
        "If it is a table, let"
    )
