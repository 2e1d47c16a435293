"""Texts: decoded by the same rule as tables."""

import pytest

from pipeline.toolkit import Limits, TextFile, ToolError


@pytest.mark.parametrize(
    ("content", "text"),
    [(b"a\r\nb", "a\nb"), ("ä".encode(), "ä"), ("\ufeffä".encode(), "ä"), ("ä".encode("utf-16"), "ä"), (b"\xe4", "ä")],
)
def test_a_text_is_read(tmp_path, content, text):
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    assert TextFile.of(path).text == text
    assert TextFile.of(TextFile("x")).text == "x"


def test_facts_for_the_report(tmp_path):
    (tmp_path / "f").write_text("one\ntwo\n" + "x" * 200)
    result = TextFile.check(tmp_path / "f", Limits(), "notes.md")
    assert result.findings == []
    assert result.facts["rows"] == 3
    assert result.facts["preview"]["rows"] == [["one"], ["two"], ["x" * 80]]


@pytest.mark.parametrize(("content", "part"), [(b"", "empty"), (b"\x7fELF\x00", "a program"), (b"a\x00b", "zero bytes")])
def test_what_is_no_text_is_refused(tmp_path, content, part):
    (tmp_path / "f.txt").write_bytes(content)
    with pytest.raises(ToolError, match=part):
        TextFile.read(tmp_path / "f.txt")
    with pytest.raises(TypeError):
        TextFile.of(3)
