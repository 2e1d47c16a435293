"""Lines of a text file with their numbers, and how one line becomes cells. A record never spans two lines."""

import csv
import io
import re
from collections.abc import Callable, Generator
from typing import BinaryIO

LONGEST_LINE = 5_000_000
"""Characters; 20,000 features of 200 characters each still fit."""
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
