"""The zip archive that a workbook is: its parts are unpacked piece by piece and counted, whatever its directory says."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

MOST_PARTS = 10_000
SMALL_PART = 4 * 1024 * 1024
MOST_UNPACKED = 512 * 1024 * 1024
"""What the parts of any workbook may hold when they are unpacked: twice what five million cells with numbers take."""
MOST_RATIO = 50
"""Unpacked to packed bytes: sheets pack 5 to 30 times, a bomb several hundred times."""
ALWAYS = 16 * 1024 * 1024
"""So much may be in a workbook however well it is packed."""
CHUNK = 1024 * 1024
LOCAL_HEADER = 30
ENCRYPTED = 0x1
LINK = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
TOO_MUCH = "it holds more than a workbook of this size can hold"
WORKBOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


class UnsoundContainer(Exception):
    """Raised when an archive is no workbook that can be read; says why, as the end of a sentence."""


class Container:
    """The parts of a workbook by name."""

    def __init__(self, handle: BinaryIO, most: int) -> None:
        """Read the directory. ``most`` bounds what all parts may hold when they are unpacked, and so does what they take packed.

        Raises:
            UnsoundContainer: If it is no archive, or one that promises too much.
        """
        self._handle = handle
        try:
            with zipfile.ZipFile(handle) as archive:
                parts = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, EOFError) as fault:
            message = "it is cut off or damaged"
            raise UnsoundContainer(message) from fault
        self.parts = {part.filename: part for part in parts}
        if WORKBOOK not in self.parts:
            message = "it is another kind of zip archive"
            raise UnsoundContainer(message)
        packed, unpacked = sum(part.compress_size for part in parts), sum(part.file_size for part in parts)
        room = min(most, MOST_UNPACKED, max(ALWAYS, MOST_RATIO * packed))
        if len(parts) > MOST_PARTS or len(self.parts) < len(parts) or unpacked > room:
            raise UnsoundContainer(TOO_MUCH)
        for name in (WORKBOOK, LINKS):
            self._require_small(name)
        if any(part.flag_bits & ENCRYPTED for part in parts):
            message = "it is protected by a password"
            raise UnsoundContainer(message)

    def pieces(self, name: str) -> Iterator[bytes]:
        """Unpack one part, piece by piece.

        Raises:
            UnsoundContainer: If there is none, or it is not what the directory says.
        """
        part = self.parts.get(name)
        if part is None or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            message = f"its part {name[:80]} is missing or packed in an unknown way"
            raise UnsoundContainer(message)
        seen = 0
        try:
            for piece in self._unpacked(part):
                seen += len(piece)
                if seen > part.file_size:
                    break
                yield piece
        except zlib.error:
            seen = -1
        if seen != part.file_size:
            message = "it is cut off or damaged"
            raise UnsoundContainer(message)

    def small(self, name: str) -> bytes:
        """Return a part that is never large.

        Raises:
            UnsoundContainer: If there is none, or it is larger than it can rightly be.
        """
        self._require_small(name)
        return b"".join(self.pieces(name))

    def _require_small(self, name: str) -> None:
        part = self.parts.get(name)
        if part is None or part.file_size > SMALL_PART:
            message = f"its part {name[:80]} is missing or too large"
            raise UnsoundContainer(message)

    def sheet(self, index: int) -> str:
        """Return the name of the part that holds a sheet, counted from 0.

        Raises:
            UnsoundContainer: If the workbook does not say.
        """
        sheets = [_attributes(tag) for tag in SHEET.findall(self.small(WORKBOOK))]
        links = {link.get("Id"): link.get("Target", "") for link in map(_attributes, LINK.findall(self.small(LINKS)))}
        wanted = next((value for name, value in sheets[index].items() if name.endswith(":id")), "") if index < len(sheets) else ""
        target = links.get(wanted, "")
        return target.lstrip("/") if target.startswith("/") else f"xl/{target.removeprefix('./')}"

    def _unpacked(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        self._handle.seek(part.header_offset)
        header = self._handle.read(LOCAL_HEADER)
        self._handle.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
        inflater, left = zlib.decompressobj(-15), part.compress_size
        while left > 0 and (data := self._handle.read(min(CHUNK, left))):
            left -= len(data)
            if part.compress_type == zipfile.ZIP_STORED:
                yield data
                continue
            while data:
                yield inflater.decompress(data, CHUNK)
                data = inflater.unconsumed_tail


def _attributes(tag: bytes) -> dict[str, str]:
    return {name.decode(): (double or single).decode(errors="replace") for name, double, single in ATTRIBUTE.findall(tag)}
