"""Zip archives: harmless ones are read, all others are refused with a sentence, and nothing is ever unpacked to disk."""

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.toolkit import Archive, Limits, ToolError
from pipeline.toolkit.archives import MOST_MEMBERS
from pipeline.toolkit.findings import errors_in

LIMITS = Limits(max_file_bytes=60_000_000)


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def check(tmp_path: Path, content: bytes, name: str = "models.zip"):
    path = tmp_path / "stored"
    path.write_bytes(content)
    return Archive.check(path, LIMITS, name)


def messages(tmp_path: Path, content: bytes, name: str = "models.zip") -> list[str]:
    return [found.message for found in check(tmp_path, content, name).findings]


def test_members_are_read_by_name_and_in_order(tmp_path):
    content = zipped({"b.pdb": b"ATOM 1", "models/a.pdb": b"ATOM 2", "__MACOSX/._b.pdb": b"junk", "models/.DS_Store": b"junk"})
    result = check(tmp_path, content)
    assert result.findings == []
    assert result.value.names == ("b.pdb", "models/a.pdb")
    assert result.value.member("models/a.pdb") == b"ATOM 2"
    assert list(result.value) == [("b.pdb", b"ATOM 1"), ("models/a.pdb", b"ATOM 2")]
    assert Archive.of(tmp_path / "stored").names == result.value.names
    with pytest.raises(KeyError):
        result.value.member("../etc/passwd")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["stored"]


@pytest.mark.parametrize(
    ("members", "part"),
    [
        ({"../x.pdb": b"1"}, "leads out of the archive"),
        ({"/etc/passwd": b"1"}, "leads out of the archive"),
        ({"C:\\x.pdb": b"1"}, "leads out of the archive"),
        ({"a/b/c.pdb": b"1"}, "lies too deep"),
        ({"inner.zip": b"1"}, "is an archive inside the archive"),
        ({"x\n.pdb": b"1"}, "cannot be shown"),
        ({"a.pdb": b"1", "A.pdb": b"2"}, "more than once"),
        ({}, "holds no file"),
        ({"zeros": bytes(50_000_000)}, "Unpacked, the archive would take 50,000,000 bytes"),
        ({f"{n}.pdb": b"1" for n in range(MOST_MEMBERS + 1)}, "at most 1,000 are accepted"),
    ],
)
def test_what_could_do_harm_is_refused(tmp_path, members, part):
    found = messages(tmp_path, zipped(members))
    assert any(part in message for message in found), found
    assert check(tmp_path, zipped(members)).value is None


def test_a_link_and_an_unknown_method_are_refused(tmp_path):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert messages(tmp_path, held.getvalue()) == ["'link' is a link, not a file."]
    assert "packed by a method" in messages(tmp_path, zipped({"a": b"x" * 500}, zipfile.ZIP_LZMA))[0]


def test_an_encrypted_member_is_refused(tmp_path):
    content = bytearray(zipped({"a.pdb": b"secret"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.index(mark)
        flags = struct.unpack_from("<H", content, start + at)[0]
        struct.pack_into("<H", content, start + at, flags | 1)
    assert messages(tmp_path, bytes(content)) == ["'a.pdb' is encrypted."]


def test_a_directory_that_lies_about_a_size_is_found_out(tmp_path):
    content = bytearray(zipped({"a.pdb": b"x" * 5000}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.index(mark) + at, 100)
    assert messages(tmp_path, bytes(content))[0].endswith(("is not as large as the archive says.", "is damaged."))


def test_a_flipped_bit_is_found(tmp_path):
    content = bytearray(zipped({"a.pdb": b"ATOM" * 50}, zipfile.ZIP_STORED))
    content[60] ^= 1
    assert messages(tmp_path, bytes(content)) == ["'a.pdb' is damaged."]


def test_no_archive_at_all(tmp_path):
    assert "is no zip archive" in messages(tmp_path, b"q I sigma\n1 2 3\n")[0]
    assert messages(tmp_path, b"PK\x03\x04 text", "models.txt")[0] == "'models.txt' does not end in one of .zip."
    assert messages(tmp_path, b"") == ["The file is empty."]
    (tmp_path / "x.zip").write_bytes(b"no")
    with pytest.raises(ToolError, match="no zip archive"):
        Archive.of(tmp_path / "x.zip")


@given(st.binary(max_size=400), st.integers(0, 300), st.integers(0, 255))
@settings(max_examples=200, deadline=None)
def test_a_damaged_archive_never_breaks_the_check(tmp_path_factory, tail, at, value):
    content = bytearray(zipped({"a.pdb": b"ATOM" * 30, "b/c.pdb": b"HETATM"}) + tail)
    content[at % len(content)] = value
    result = check(tmp_path_factory.mktemp("zip"), bytes(content))
    assert (result.value is None) == bool(result.findings)


def test_a_file_without_a_name_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "x")
    path.write_bytes(path.read_bytes().replace(b"a", b"\0"))
    assert errors_in(Archive.check(path, Limits()).findings)
