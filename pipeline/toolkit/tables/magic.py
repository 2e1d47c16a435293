"""Files that are no text, known by their first bytes and called by their name. Nothing is ever unpacked."""

from dataclasses import dataclass

HEAD_BYTES = 8192
SAVE_AS = "Open it in the program it comes from and save the table as CSV (UTF-8)."
UNPACK = "Unpack it on your computer and upload the table that is inside."


@dataclass(frozen=True, slots=True)
class NotText:
    """What a file is instead of a text table, and what to do about it."""

    what: str
    cure: str


SIGNATURES: tuple[tuple[bytes, NotText], ...] = (
    (b"\x89PNG\r\n\x1a\n", NotText("a PNG image", "Upload the table of numbers, not a picture of it.")),
    (b"\xff\xd8\xff", NotText("a JPEG image", "Upload the table of numbers, not a picture of it.")),
    (b"GIF8", NotText("a GIF image", "Upload the table of numbers, not a picture of it.")),
    (b"%PDF-", NotText("a PDF document", "Upload the table as CSV, TSV or plain text.")),
    (b"\x7fELF", NotText("a program (ELF)", "Upload the table as CSV, TSV or plain text.")),
    (b"\x1f\x8b", NotText("a gzip archive", UNPACK)),
    (b"BZh", NotText("a bzip2 archive", UNPACK)),
    (b"\xfd7zXZ\x00", NotText("an xz archive", UNPACK)),
    (b"\x28\xb5\x2f\xfd", NotText("a Zstandard archive", UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", NotText("a 7-Zip archive", UNPACK)),
    (b"Rar!\x1a\x07", NotText("a RAR archive", UNPACK)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", NotText("an old Excel or Office file", "Open it and save the sheet as CSV.")),
    (b"\x89HDF\r\n\x1a\n", NotText("an HDF5 file", SAVE_AS)),
    (b"PAR1", NotText("a Parquet file", SAVE_AS)),
    (b"ARROW1", NotText("a Feather file", SAVE_AS)),
    (b"SQLite format 3\x00", NotText("an SQLite database", SAVE_AS)),
    (b"\x93NUMPY", NotText("a NumPy array file", SAVE_AS)),
    (b"MATLAB 5.0 MAT-file", NotText("a MATLAB file", SAVE_AS)),
    (b"RDX", NotText("an R data file", "Write the table with write.csv() in R and upload that.")),
    (b"{\\rtf", NotText("a rich text document", SAVE_AS)),
)
EXCEL = NotText("an Excel workbook", "Open it, choose the sheet and save it as CSV (in Excel: Save as, CSV UTF-8).")
SHEET = NotText("an OpenDocument spreadsheet", "Open it, choose the sheet and save it as CSV.")
ZIP = NotText("a zip archive", UNPACK)
TAR = NotText("a tar archive", UNPACK)
WINDOWS = NotText("a Windows program", "Upload the table as CSV, TSV or plain text.")
HTML = NotText("a web page (HTML)", "Save the data itself, not the page that shows it: use the page's own download link.")
XML = NotText("an XML file", SAVE_AS)
JSON = NotText("a JSON file", SAVE_AS)


def _zip(head: bytes) -> NotText:
    if b"xl/" in head or b"[Content_Types].xml" in head:
        return EXCEL
    return SHEET if b"opendocument.spreadsheet" in head else ZIP


def _markup(head: bytes) -> NotText | None:
    text = head.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").lstrip(b" \t\r\n\xff\xfe").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return HTML
    if text.startswith(b"<?xml"):
        return HTML if b"<html" in text else XML
    return JSON if text.startswith((b"{", b"[{", b"[[")) else None


def not_text(head: bytes) -> NotText | None:
    """Say what a file is when its first bytes show that it is no text table; None when it may be one."""
    for signature, what in SIGNATURES:
        if head.startswith(signature):
            return what
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(head)
    if head.startswith(b"MZ") and b"\x00" in head[:64]:
        return WINDOWS
    return TAR if head[257:262] == b"ustar" else _markup(head)
