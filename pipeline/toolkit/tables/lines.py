"""Lines of a text file with their numbers, and how one line becomes cells. A record never spans two lines."""

import csv
import io
import re
from collections.abc import Callable, Generator
from typing import BinaryIO

LONGEST_LINE = 12_500_000
"""Characters; 50,000 features of 249 characters each still fit."""
CHUNK = 1024 * 1024
MOST_BYTES_PER_CHARACTER = 4
SPACES = " "
"""Stands for 'any run of blanks' where a delimiter is named."""
QUOTE = '"'
TOKEN = re.compile(r'"((?:[^"]|"")*)"(?=\s|$)|([^\s"]\S*)|(\S)')

Splitter = Callable[[str], list[str]]


class LineTooLong(Exception):
    """Raised when a line holds more characters than any table needs."""

    def __init__(self, row: int) -> None:
        super().__init__(f"Line {row} is too long.")
        self.row = row


class Misquoted(Exception):
    """Raised when the quotes of a line do not pair up."""


def text_lines(handle: BinaryIO, encoding: str) -> Generator[tuple[int, str]]:
    """Yield every line with its number from 1, without its end; LF, CRLF and CR all end a line.

    Raises:
        LineTooLong: At the first line that is longer than ``LONGEST_LINE``.
    """
    handle.seek(0)
    text = io.TextIOWrapper(handle, encoding=encoding, newline=None)
    try:
        row = 0
        while line := text.readline(LONGEST_LINE + 1):
            row += 1
            if len(line) > LONGEST_LINE:
                raise LineTooLong(row)
            yield row, line.removesuffix("\n")
    finally:
        text.detach()


def bytes_of(encoding: str) -> str:
    """Return the encoding in which ``byte_lines`` gives the lines of a file: one in which delimiters and digits are single bytes."""
    return encoding if encoding == "cp1252" else "utf-8"


def byte_lines(handle: BinaryIO, encoding: str) -> Generator[tuple[int, bytes]]:
    """Yield the lines of ``text_lines`` as bytes, in the encoding that ``bytes_of`` names; several times faster.

    Raises:
        LineTooLong: At the first line that is longer than ``LONGEST_LINE``.
    """
    if encoding == "utf-16":
        for row, line in text_lines(handle, encoding):
            yield row, line.encode()
        return
    handle.seek(0)
    for row, line in enumerate(_cut(handle, len(b"\xef\xbb\xbf") if encoding == "utf-8-sig" else 0), start=1):
        if len(line) > LONGEST_LINE and len(line.decode(encoding, errors="replace")) > LONGEST_LINE:
            raise LineTooLong(row)
        yield row, line


def _cut(handle: BinaryIO, mark: int) -> Generator[bytes]:
    """Cut the bytes after the mark into lines; a line that gets too long is given as far as it has come."""
    handle.read(mark)
    rest = b""
    while chunk := handle.read(CHUNK):
        block, held = rest + chunk, b""
        if b"\r" in block:
            if block.endswith(b"\r"):  # its line feed may be the first of the next chunk
                block, held = block[:-1], b"\r"
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, rest = block.split(b"\n")
        yield from lines
        if len(rest) > LONGEST_LINE * MOST_BYTES_PER_CHARACTER:
            yield rest
        rest += held
    if rest:
        yield rest.removesuffix(b"\r")


def _quoted_cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error as fault:
        raise Misquoted from fault


def _spaced_cells(line: str) -> list[str]:
    if QUOTE not in line:
        return line.split()
    cells = []
    for match in TOKEN.finditer(line):
        in_quotes, plain, stray = match.groups()
        if stray:
            raise Misquoted
        cells.append(plain if in_quotes is None else in_quotes.replace('""', '"'))
    return cells


def splitter(delimiter: str) -> Splitter:
    """Return the function that splits a line into cells, with quotes taken off.

    A cell that begins with a double quote ends at the next single one; two quotes in a row stand for one. The function raises
    ``Misquoted`` when that does not work out.
    """
    if delimiter == SPACES:
        return _spaced_cells

    def split(line: str) -> list[str]:
        return _quoted_cells(line, delimiter) if QUOTE in line else line.split(delimiter)

    return split


def counter(delimiter: str) -> Callable[[str], int]:
    """Return the function that counts the cells of a line; as ``len(split(line))``, only faster."""
    split = splitter(delimiter)
    if delimiter == SPACES:
        return lambda line: len(split(line))
    return lambda line: len(split(line)) if QUOTE in line else line.count(delimiter) + 1


def is_blank(line: str, delimiter: str) -> bool:
    """Say whether no cell of a line holds anything."""
    return not line.strip(delimiter + " \t")
