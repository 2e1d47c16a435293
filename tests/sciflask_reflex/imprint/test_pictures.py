"""A logo is a drawing and nothing else."""

import struct
import zlib

import pytest

from sciflask_reflex.imprint.pictures import MARK, MOST_BYTES, check_svg, read_picture

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "drawing",
    [
        '<path d="M0 0h9" fill="url(#g)"/>',
        '<defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs><use href="#g"/><use xlink:href="#g"/>',
        '<style>.a{fill:red;filter:url(#f)}</style><g class="a" style="stroke:url( \'#g\' )"/>',
        '<sodipodi:namedview xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" onx="1"/>',
        "<title>Ours</title><text>Lab &amp; friends</text>",
    ],
)
def test_drawings_are_taken(drawing):
    check_svg(SVG.format(drawing).encode())
    check_svg(b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>' + SVG.format(drawing).encode())


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        ("<script>alert(1)</script>", "it holds <script>"),
        ('<path onload="x()"/>', "runs a script"),
        ('<path onLoad="x()"/>', "runs a script"),
        ("<foreignObject/>", "it holds <foreignObject>"),
        ('<image href="#x"/>', "it holds <image>"),
        ('<a href="#x"/>', "it holds <a>"),
        ('<set attributeName="href" to="javascript:x"/>', "it holds <set>"),
        ('<animate attributeName="d"/>', "it holds <animate>"),
        ('<use href="https://evil.example/x.svg#a"/>', "outside the file"),
        ('<use xlink:href="data:image/svg+xml;base64,AA"/>', "outside the file"),
        ('<use href=" javascript:x"/>', "outside the file"),
        ('<path fill="url(https://evil.example/x)"/>', "outside the file"),
        ("<path style=\"fill:url( 'http://evil.example')\"/>", "outside the file"),
        ("<style>@import 'https://evil.example/x.css';</style>", "outside the file"),
        (r"<style>a{fill:\75rl(http://evil.example)}</style>", "outside the file"),
        ("<style><![CDATA[a{fill:url(//evil.example)}]]></style>", "outside the file"),
        ('<html xmlns="http://www.w3.org/1999/xhtml"><script/></html>', "another language"),
        ('<x xmlns=""/>', "another language"),
    ],
)
def test_what_runs_or_fetches_is_refused(drawing, said):
    with pytest.raises(ValueError, match=said):
        check_svg(SVG.format(drawing).encode())


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE svg [<!ENTITY a "&b;&b;">]>' + SVG.format(""),
        '<?xml-stylesheet href="https://evil.example"?>' + SVG.format(""),
        '<?xml version="1.0" encoding="UTF-7"?>' + SVG.format(""),
        SVG.format("<path>"),
        '<svg viewBox="0 0 1 1"/>',
        "<html/>",
        "GIF89a",
        "",
    ],
)
def test_what_is_no_plain_svg_is_refused(text):
    with pytest.raises(ValueError, match=r"; save it as|outermost element|says that it is written in"):
        check_svg(text.encode())


def test_other_encodings_are_refused():
    with pytest.raises(ValueError, match="neither a PNG nor an SVG"):
        check_svg(SVG.format("é").encode("utf-16"))


def test_files_are_read_and_measured(tmp_path):
    file = tmp_path / "logo"
    with pytest.raises(ValueError, match="no such file"):
        read_picture(file)
    file.write_bytes(png(20, 10))
    assert read_picture(file).media_type == "image/png"
    file.write_bytes(png(4000, 10))
    with pytest.raises(ValueError, match="4000 × 10 pixels"):
        read_picture(file)
    file.write_bytes(png(20, 10)[:20])
    with pytest.raises(ValueError, match="damaged"):
        read_picture(file)
    file.write_bytes(b" " * (MOST_BYTES + 1))
    with pytest.raises(ValueError, match="larger than 256 KiB"):
        read_picture(file)
    file.write_text(SVG.format(""))
    assert read_picture(file).media_type == "image/svg+xml"


def test_the_shipped_mark_would_be_taken():
    check_svg(MARK.content)
