"""Text tables packed by gzip: read as the table inside, and never more of it than is allowed."""

import gzip

import pytest

from pipeline.toolkit import Limits
from pipeline.toolkit.tables import read_sample_table
from pipeline.toolkit.tables.check import check_table
from tests.pipeline.toolkit.tables.tried import check_of, said

checked = check_of("x.csv.gz", Limits(max_file_bytes=2_000_000, min_features=2, min_shared_samples=2))
TABLE = b"id,a,b,sex\ns1,1,2,f\ns2,3,NA,m\n"
PACKED = gzip.compress(TABLE)


@pytest.mark.parametrize("content", [PACKED, gzip.compress(TABLE[:20]) + gzip.compress(TABLE[20:])])
def test_the_table_inside_is_checked_and_read(tmp_path, content):
    result = checked(tmp_path, content)
    plain = checked(tmp_path, TABLE, filename="x.csv")
    assert [f.message for f in result.findings] == [f.message for f in plain.findings]
    assert result.facts == plain.facts | {"filename": "x.csv.gz", "bytes": len(content)}
    table = read_sample_table(tmp_path / "stored")
    (tmp_path / "stored").write_bytes(content)
    packed = read_sample_table(tmp_path / "stored")
    assert packed.frame.equals(table.frame)
    assert packed.text.equals(table.text)


@pytest.mark.parametrize("content", [PACKED[:-9], PACKED[:-20] + b"\x00" * 12 + PACKED[-8:], PACKED + b"junk"])
def test_cut_off_or_damaged(tmp_path, content):
    assert said(checked(tmp_path, content), "packed file is cut off or damaged").severity == "error"


@pytest.mark.parametrize(
    ("inside", "part"),
    [
        (b"id,a,b\n" + b"s,1,2\n" * 400_000, "Unpacked, the file has more than 2 MiB"),
        (b" " * 100_000_000, "Unpacked, the file has more than 2 MiB"),
        (b"\x00" * 100_000_000, "zero bytes"),
        (PACKED, "In the packed file is a gzip archive, not a text table."),
        (b"", "nothing but blank lines"),
    ],
)
def test_bombs_and_nests(tmp_path, inside, part):
    result = checked(tmp_path, gzip.compress(inside, 1), limits=Limits(max_file_bytes=2 * 1024 * 1024))
    assert said(result, part).severity == "error"
    assert result.table is None


def test_the_name_must_say_it(tmp_path):
    assert "a gzip archive, not a text table" in said(checked(tmp_path, PACKED, filename="x.csv"), "gzip").message
    assert ".csv.gz" in said(checked(tmp_path, PACKED, filename="x.csv"), "gzip").cure
    assert said(checked(tmp_path, TABLE, filename="x.csv.gz"), "ends in .csv.gz, but it is no text table packed by gzip")
    assert said(checked(tmp_path, PACKED, filename="x.gz"), "does not end in one of")


def test_progress_never_falls_and_ends_at_the_end(tmp_path):
    lines = "\n".join(",".join([f"s{n}", *map(str, range(n, n + 500))]) for n in range(500))
    header = "id," + ",".join(f"f{n}" for n in range(500))
    for name, content in [("x.csv", f"{header}\n{lines}\n".encode()), ("x.csv.gz", gzip.compress(f"{header}\n{lines}\n".encode()))]:
        heard: list[float] = []
        (tmp_path / "stored").write_bytes(content)
        assert check_table(tmp_path / "stored", Limits(), name, tell=heard.append).table
        assert heard == sorted(heard)
        assert 0.9 < heard[-1] <= 1
