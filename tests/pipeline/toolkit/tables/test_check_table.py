"""Every rule of the check, each on the smallest file that breaks it."""

import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from pipeline.toolkit import Limits
from pipeline.toolkit.tables.check import CheckedTable, check_table
from tests.pipeline.toolkit.tables.tried import SMALL, check_of, said

checked = check_of("x.csv")
TABLE = b"id,a,b\ns1,1,2\ns2,3,5\n"


def errors(result: CheckedTable) -> list[str]:
    return [finding.message for finding in result.findings if finding.severity == "error"]


def test_sound_table_has_no_finding(tmp_path):
    result = checked(tmp_path, TABLE)
    assert result.findings == []
    assert (result.facts["rows"], result.facts["columns"]) == (2, 2)
    assert result.facts["preview"] == {"columns": ["id", "a", "b"], "rows": [["s1", "1", "2"], ["s2", "3", "5"]]}
    assert result.facts["faulty_cells"] == []


@pytest.mark.parametrize(("delimiter", "name"), [(",", ","), ("\t", "\t"), (";", ";"), ("|", "|"), ("   ", " ")])
def test_delimiters_are_found_whatever_the_name(tmp_path, delimiter, name):
    result = checked(tmp_path, TABLE.replace(b",", delimiter.encode()), filename="x.txt")
    assert result.findings == []
    assert result.facts["delimiter"] == name


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_line_ends(tmp_path, end):
    assert checked(tmp_path, TABLE.replace(b"\n", end)).findings == []


@pytest.mark.parametrize(("encoding", "title"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 with byte order mark"), ("utf-16", "UTF-16")])
def test_encodings(tmp_path, encoding, title):
    result = checked(tmp_path, "id,größe,b\nпроба,1,2\ns2,3,5\n".encode(encoding))
    assert result.findings == []
    assert result.facts["encoding"] == title
    assert result.table.names == ("größe", "b")
    assert result.table.ids == ["проба", "s2"]


def test_other_encodings_are_assumed_with_a_warning_that_shows_the_text(tmp_path):
    result = checked(tmp_path, "id,a,b\ns1,1,2\ngröße,3,5\n".encode("cp1252"))
    finding = said(result, "größe")
    assert (finding.severity, finding.row) == ("warning", 3)
    assert result.facts["encoding"] == "Windows-1252 (assumed)"


@pytest.mark.parametrize(
    ("content", "part", "row"),
    [
        (b"id,a,b\ns1,1,2\ns2,\x81,5\n", "neither UTF-8 nor", 3),
        (b"id,a,b\ns1,1,2\ns2,\x00,5\n", "zero bytes", 3),
        ("id,a,b\n".encode("utf-16-le"), "zero bytes", 1),
        (b"\xff\xfei\x00d\x00,\x00\xd8", "says that it is UTF-16", 1),
    ],
)
def test_bytes_that_are_no_text(tmp_path, content, part, row):
    result = checked(tmp_path, content)
    assert said(result, part).row == row
    assert result.scan.refused


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x89PNG\r\n\x1a\n....", "a PNG image"),
        (b"\x7fELF....", "a program (ELF)"),
        (b"MZ\x90\x00\x03\x00", "a Windows program"),
        (b"%PDF-1.7", "a PDF document"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\n <html><table>", "a web page"),
        (b'<?xml version="1.0"?><a/>', "an XML file"),
        (b'{"a": 1}', "a JSON file"),
        (gzip.compress(TABLE), "a gzip archive"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook"),
        (archive("mimetype.txt", "table.csv"), "a zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "an old Excel"),
        (b"SQLite format 3\x00", "an SQLite database"),
    ],
)
def test_other_files_are_called_by_their_name(tmp_path, content, what):
    result = checked(tmp_path, content)
    assert said(result, what).severity == "error"
    assert result.scan.refused
    assert result.table is None


def test_a_column_called_mz_is_no_windows_program(tmp_path):
    assert checked(tmp_path, TABLE.replace(b"id", b"MZ")).findings == []


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "The file is empty."),
        (b"\n \n\t\n", "nothing but blank lines"),
        (b"\n" * 100_000, "nothing but blank lines"),
        (b"id,a,b\n", "no samples"),
        (b"id\ns1\ns2\n", "Only one column"),
        (b"My data export\nid,a,b\ns1,1,2\n", "The first line has 1 cell, most lines below 3 cells."),
        (b'id,a,b\ns1,"1,2\n', "The first line has 3 cells, and the quotes below do not pair up."),
        (b"," * 200_000, "200,001 cells"),
        (b"1," * 500_000, "500,001 cells"),
        (b"," * 12_500_001, "longer than 12,500,000 characters"),
        (b'id,a,b\ns1,"' + b"x" * 12_500_000, "longer than 12,500,000 characters"),
        (b'id,"a,b\ns1,1,2\n', "with the feature names do not pair up"),
        (b"id,a,b\n" + b"\n" * 2_000 + b"s1,1,2\n", "more than 1,000 blank lines"),
    ],
)
def test_what_is_refused_at_the_first_look(tmp_path, content, part):
    result = checked(tmp_path, content)
    assert said(result, part).severity == "error"
    assert result.scan.refused


def test_limits_at_and_one_over(tmp_path):
    exact = Limits(len(TABLE), max_samples=2, max_features=2, min_features=2, min_shared_samples=2)
    assert checked(tmp_path, TABLE, exact).findings == []
    assert "at most" in said(checked(tmp_path, TABLE + b" ", exact), "MiB").message
    wide = Limits(max_samples=2, max_features=1, min_features=1, min_shared_samples=2)
    assert "at most 1 features" in said(checked(tmp_path, TABLE, wide), "3 cells").message
    assert said(checked(tmp_path, TABLE, Limits(max_samples=1, min_features=2)), "At most 1 samples")
    few = checked(tmp_path, TABLE, Limits(min_features=3, min_shared_samples=3))
    assert said(few, "2 numeric features; at least 3")
    assert said(few, "2 samples; at least 3")


def test_unknown_ending_is_refused(tmp_path):
    assert said(checked(tmp_path, TABLE, filename="x.dat"), "does not end in").severity == "error"
    assert checked(tmp_path, TABLE, filename="X.CSV").findings == []


def test_ragged_lines_are_named(tmp_path):
    result = checked(tmp_path, TABLE + b"s3,1\ns4,1,2,3\ns5,1,2\n")
    assert [(f.row, f.message) for f in result.findings if "cells" in f.message] == [
        (4, "Line 4 has 2 cells; 3 are expected."),
        (5, "Line 5 has 4 cells; 3 are expected."),
    ]
    assert result.table.ids == ["s1", "s2", "s5"]
    assert result.facts["faulty_cells"] == [[2, 1], [3, 3]]


def test_many_faults_are_listed_then_counted(tmp_path):
    result = checked(tmp_path, TABLE + b"s,1\n" * 100 + b"".join(b"t%d,1,2\n" % n for n in range(200)))
    assert sum(f.row is not None and "cells" in f.message for f in result.findings) == 20
    assert said(result, "80 more lines with another number of cells")


def test_header_of_r(tmp_path):
    result = checked(tmp_path, b'"a" "b"\n"s1" 1 2\n"s2" 3 5\n', filename="x.txt")
    assert said(result, "R's write.table").severity == "warning"
    assert result.table.names == ("a", "b")
    assert result.table.ids == ["s1", "s2"]
    assert errors(result) == []


def test_a_delimiter_at_the_end_of_every_line_is_no_header_of_r(tmp_path):
    result = checked(tmp_path, b"id,a,b\ns1,1,2,\ns2,3,5,\n")
    assert said(result, "ends with a delimiter").severity == "error"


def test_quotes(tmp_path):
    result = checked(tmp_path, b'id,"a,1","b ""x"""\n"s1","1",2\ns"2,3,5\n')
    assert result.findings == []
    assert result.table.names == ("a,1", 'b "x"')
    assert result.table.ids == ["s1", 's"2']
    assert said(checked(tmp_path, TABLE + b's3,"1,2\n'), "quotes in line 4").row == 4


def test_ids_stay_text(tmp_path):
    ids = [b"001", b"01", b"1", b"NA", b"1e5", b"null", b"TRUE", b"-", b"nan"]
    result = checked(tmp_path, b"id,a,b\n" + b"".join(b"%s,%d,2.5\n" % (name, n) for n, name in enumerate(ids)))
    assert result.table.ids == [name.decode() for name in ids]
    assert errors(result) == []


def test_ids_empty_twice_and_alike(tmp_path):
    result = checked(tmp_path, b"id,a,b\ns1,1,2\n,3,5\ns1,4,1\nS1,4,3\ns1 ,0,9\n")
    assert said(result, "Line 3 has no sample id").row == 3
    assert said(result, "'s1' on line 4 stands on line 2").row == 4
    assert said(result, "differ only in case or blanks").severity == "warning"
    assert said(result, "ends with a blank").severity == "warning"
    assert result.facts["faulty_cells"] == [[1, 0], [2, 0]]


def test_canonically_equal_ids_are_alike(tmp_path):
    content = "id,a,b\né1,1,2\ne\u03011,3,5\n".encode()
    assert said(checked(tmp_path, content), "differ only in case or blanks")


def test_column_names_empty_twice_and_alike(tmp_path):
    result = checked(tmp_path, b"id,a,a,,B,b\ns1,1,2,3,4,5\ns2,2,3,4,5,6\n")
    assert said(result, "2 columns are called 'a' (numbers 2, 3)").column == "a"
    assert said(result, "Column 4 has no name").column == "4"
    assert said(result, "feature names differ only").severity == "warning"


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        (b"x", "'x' is no number."),
        (b"inf", "infinite"),
        (b"-Infinity", "infinite"),
        (b"1e400", "overflow"),
        (b"#DIV/0!", "spreadsheet error"),
        ("−1.5".encode(), "typographic minus"),
        (b"5%", "unit"),
        (b"12 mg", "unit"),
        (b"1_000", "thousands separator"),
        (b'"1,234,567"', "thousands separator"),
        (b"1'000", "thousands separator"),
        (b'"1,5"', "decimal comma"),
        (b"0x10", "is no number."),
        ("١٢".encode(), "is no number."),
        (b"TRUE", "is no number."),
    ],
)
def test_cells_that_are_no_numbers(tmp_path, cell, part):
    result = checked(tmp_path, TABLE + b"s3,7," + cell + b"\n")
    finding = said(result, part)
    assert (finding.severity, finding.row, finding.column) == ("error", 4, "b")
    assert result.facts["faulty_cells"] == [[2, 2]]


def test_a_column_of_mostly_text_is_said_once(tmp_path):
    result = checked(tmp_path, TABLE + b"".join(b"t%d,%d,case\n" % (n, n) for n in range(5)))
    finding = said(result, "Column 'b' holds text in 5 of 7 rows, such as 'case', and numbers in others.")
    assert (finding.severity, finding.row, finding.column) == ("error", 4, "b")
    assert not any("is no number" in message for message in errors(result))


def test_many_faulty_cells_are_listed_then_counted(tmp_path):
    numbers = b"".join(b"n%d,%d,%d\n" % (n, n, n + 1) for n in range(100))
    result = checked(tmp_path, TABLE + numbers + b"".join(b"t%d,x,y\n" % n for n in range(100)))
    assert sum("is no number" in message for message in errors(result)) == 20
    assert said(result, "180 more cells that are no numbers, in all 200 in 2 columns: 'a', 'b'")


def test_decimal_commas_are_never_left_out_in_silence(tmp_path):
    result = checked(tmp_path, b"id;a;b\ns1;1,5;2,5\ns2;3,5;4,5\n")
    assert said(result, "decimal comma").cure.startswith("Write decimals with a point")
    assert not any("left out" in finding.cure for finding in result.findings)


def test_text_columns_are_left_out_with_a_warning(tmp_path):
    result = checked(tmp_path, b"id,a,sex,b\ns1,1,f,2\ns2,3,,5\ns3,4,NA,6\n")
    assert said(result, "Column 'sex' holds text, such as 'f'").severity == "warning"
    assert errors(result) == []
    assert result.facts["column_kinds"] == {"numeric": 2, "text": 1, "empty": 0, "constant": 0}


def test_columns_that_are_empty_or_constant(tmp_path):
    result = checked(tmp_path, b"id,a,b,c,d\ns1,1,NA,7,2\ns2,3,,7,5\n")
    assert said(result, "Column 'b' has no value at all").severity == "warning"
    assert said(result, "Column 'c' has the same value everywhere").severity == "warning"
    assert result.facts["column_kinds"] == {"numeric": 3, "text": 0, "empty": 1, "constant": 1}


@pytest.mark.parametrize(
    "token", ["", " ", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "nAn", "-nan", "null", "NULL", "None", "-", "--", ".", "?", " NA "]
)
def test_missing_values_are_counted_by_column(tmp_path, token):
    result = checked(tmp_path, b"id,a,b\n" + b"".join(b"s%d,%d,%d\n" % (n, n, n * n) for n in range(9)) + f"t,5,{token}\n".encode())
    assert said(result, "1 value of 20").severity == "note"
    assert result.facts["missing"] == 1
    assert result.facts["missing_by_column"] == [["b", 1]]


def test_blank_lines_are_passed_over_with_a_note(tmp_path):
    result = checked(tmp_path, b"id,a,b\ns1,1,2\n\n,,\ns2,3,5\n\n")
    assert said(result, "3 blank lines were passed over (lines 3, 4, 6)").severity == "note"
    assert result.table.rows == [2, 5]


def test_all_findings_come_at_once_errors_first(tmp_path):
    result = checked(tmp_path, b"id,a,b,c\ns1,1,2,k\ns1,x,3,k\ns2,4\ns3,inf,6,k\ns4,5,7,m\n")
    for part in ("'s1' on line 3", "Line 4 has 2 cells", "'x' is no number", "infinite", "Column 'c' holds text"):
        said(result, part)
    severities = [str(finding.severity) for finding in result.findings]
    assert severities == sorted(severities, key=["error", "warning", "note"].index)


def test_formulas_and_markup_are_quoted_as_plain_text(tmp_path):
    result = checked(tmp_path, TABLE + b"s3,=cmd|'/C calc'!A0,<script>alert(1)</script>\n")
    assert "'<script>alert(1)</script>' is no number" in said(result, "<script>").message
    assert "\\u0007" in said(checked(tmp_path, TABLE + b"s3,1,\x07bell\n"), "bell").message


def test_a_path_or_address_is_never_fetched(tmp_path):
    with pytest.raises(FileNotFoundError):
        check_table(Path("http://169.254.169.254/latest"), SMALL)


def test_known_data_sets():
    folder = Path(__file__).parents[5] / "shared" / "data" / "two_datasets"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here")
    for name, shape in (("test_dataset1.csv", (100, 50)), ("test_dataset2.csv", (90, 40))):
        before = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        result = check_table(folder / name, Limits(), name)
        assert result.findings == []
        assert (result.facts["rows"], result.facts["columns"]) == shape
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == before
