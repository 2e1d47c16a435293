"""Which characters the bytes stand for: UTF-8, or UTF-16 with its mark, or (told to the person) Windows-1252."""

import codecs
from typing import BinaryIO

from pipeline.toolkit.findings import Finding, error, warning
from pipeline.toolkit.tables.wording import quoted

CHUNK = 1024 * 1024
TITLES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with byte order mark", "utf-16": "UTF-16", "cp1252": "Windows-1252 (assumed)"}
SAVE_UTF8 = "Save the file again as UTF-8 (in Excel: CSV UTF-8; in a text editor: Save with encoding)."
FALLBACK = "cp1252"


def _by_mark(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8"


def _faults(handle: BinaryIO, encoding: str) -> tuple[int | None, int | None]:
    """Return where the bytes stop making sense in an encoding, and where the first zero byte is; None where there is no such place.

    In UTF-16 zero bytes are letters.
    """
    handle.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    senseless, start = None, 0
    while chunk := handle.read(CHUNK):
        if encoding != "utf-16" and (zero := chunk.find(b"\x00")) >= 0:
            return senseless, start + zero
        senseless = _senseless(decoder, chunk, start) if senseless is None else senseless
        start += len(chunk)
    if senseless is None and _senseless(decoder, b"", start, final=True) is not None:
        senseless = max(0, start - 1)
    return senseless, None


def _senseless(decoder: codecs.IncrementalDecoder, chunk: bytes, start: int, *, final: bool = False) -> int | None:
    """Decode one more piece, which begins at ``start``; return where it stops making sense."""
    pending = len(decoder.getstate()[0])
    try:
        decoder.decode(chunk, final=final)
    except UnicodeDecodeError as fault:
        return max(0, start - pending + fault.start)
    return None


def line_at(handle: BinaryIO, offset: int) -> int:
    """Return the number of the line that holds a byte; counts line feeds, or carriage returns in files that have no line feed."""
    handle.seek(0)
    feeds = returns = 0
    while offset > 0 and (chunk := handle.read(min(CHUNK, offset))):
        feeds, returns, offset = feeds + chunk.count(b"\n"), returns + chunk.count(b"\r"), offset - len(chunk)
    return 1 + (feeds or returns)


def _around(handle: BinaryIO, offset: int) -> str:
    """Return the piece of text around a byte, as the fallback reads it."""
    start = max(0, offset - 12)
    handle.seek(start)
    text = handle.read(offset - start + 20).decode(FALLBACK, errors="replace")
    before, after = text[: offset - start], text[offset - start :]
    same_line = before[max(before.rfind("\n"), before.rfind("\r")) + 1 :]
    return same_line + after.splitlines()[0]


def encoding_of(handle: BinaryIO) -> tuple[str, list[Finding]]:
    """Return the encoding of a file and what to tell about it; '' when there is none that fits.

    The rule: a byte order mark decides; without one it is UTF-8 if every byte agrees; else Windows-1252, with a warning that shows
    the first place where it mattered. Nothing is guessed beyond that.
    """
    handle.seek(0)
    encoding = _by_mark(handle.read(4))
    at, zero = _faults(handle, encoding)
    if encoding != "utf-16" and zero is not None:
        cure = f"The file may be damaged, or be UTF-16 without its mark. {SAVE_UTF8}"
        return "", [error("The file holds zero bytes, which no text has.", cure, row=line_at(handle, zero))]
    if at is None:
        return encoding, []
    if encoding != "utf-8":
        message = f"The file says that it is {TITLES[encoding].split(' with')[0]}, but some bytes are not."
        return "", [error(message, f"The file may be cut off or damaged. {SAVE_UTF8}", row=line_at(handle, at))]
    worse, _ = _faults(handle, FALLBACK)
    if worse is not None:
        message = "The file is neither UTF-8 nor Windows-1252: some bytes stand for no character."
        return "", [error(message, SAVE_UTF8, row=line_at(handle, worse))]
    message = f"The file is not UTF-8. It was read as Windows-1252 (Western European); this line then says {quoted(_around(handle, at))}."
    return FALLBACK, [warning(message, f"If that looks wrong: {SAVE_UTF8[0].lower()}{SAVE_UTF8[1:]}", row=line_at(handle, at))]
