"""One cell: a number, a missing value, or a fault with a name. The grammar is explicit; nothing is guessed."""

import math
import re
from enum import StrEnum

MISSING = frozenset(
    [
        "",
        "NA",
        "N/A",
        "#N/A",
        "NaN",
        "nan",
        "NAN",
        "na",
        "n/a",
        "NULL",
        "Null",
        "null",
        "None",
        "NONE",
        "none",
        "Missing",
        "MISSING",
        "missing",
        "-",
        "--",
        ".",
        "?",
    ]
)
"""What counts as a missing value, with blanks around it taken off."""

NOT_A_NUMBER = frozenset(("nan", "+nan", "-nan"))
"""In any mixture of upper and lower case, as Python itself reads them."""

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


class Fault(StrEnum):
    """Why a cell is no number."""

    DECIMAL_COMMA = "decimal comma"
    THOUSANDS = "thousands separator"
    INFINITE = "infinite"
    OVERFLOW = "overflow"
    SPREADSHEET = "spreadsheet error"
    MINUS = "typographic minus"
    UNIT = "unit"
    DATE = "date"
    FORMULA = "formula without a value"
    TEXT = "text"


NOT_COMPUTED = "=?"
"""Stands for a formula of which a workbook does not say the value."""

PATTERNS: tuple[tuple[Fault, re.Pattern[str]], ...] = (
    (Fault.INFINITE, re.compile(r"[+-]?inf(inity)?|[+-]?∞", re.IGNORECASE)),
    (Fault.SPREADSHEET, re.compile(r"#(DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!)", re.IGNORECASE)),
    (Fault.THOUSANDS, re.compile(r"[+-]?[0-9]{1,3}(?:([,.'’_ \u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})+(?:[.,][0-9]+)?|[+-]?[0-9]{1,3}(?:[,'’_ \u00a0\u202f][0-9]{3})+\.[0-9]+|[+-]?[0-9]{1,3}(?:['’_ \u00a0\u202f][0-9]{3})+")),
    (Fault.DECIMAL_COMMA, re.compile(r"[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]+)?")),
    (Fault.FORMULA, re.compile(re.escape(NOT_COMPUTED))),
    (Fault.DATE, re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9.]+)?)?|[0-9]{2}:[0-9]{2}:[0-9.]+")),
    (Fault.MINUS, re.compile(r"[−–—][0-9.]+(?:[eE][+-]?[0-9]+)?")),
    (Fault.UNIT, re.compile(rf"{NUMBER.pattern}\s*(?:%|[A-Za-zµμ°/]+)")),
)  # fmt: skip

CURES = {
    Fault.DECIMAL_COMMA: "Write decimals with a point (1.5). Commas are never guessed, because 1,500 could mean two things.",
    Fault.THOUSANDS: "Write numbers without thousands separators (1234567).",
    Fault.INFINITE: "Infinite values cannot be used: write NA, or a finite value.",
    Fault.OVERFLOW: "The number is too large (beyond 1.8e308): write NA, or rescale the column.",
    Fault.SPREADSHEET: "The spreadsheet could not compute this cell: mend the formula, or write NA.",
    Fault.MINUS: "The minus is a typographic dash: replace it by a plain hyphen (-).",
    Fault.UNIT: "Write the number alone and put its unit into the column name.",
    Fault.DATE: "Dates are no numbers: write a number such as days since a start. If the program made the date out of something else, mend it there.",
    Fault.FORMULA: "Open the workbook in the program it comes from and save it there, so that it holds the values of its formulas.",
    Fault.TEXT: "Write a number, or NA when the value is missing. If the column is no feature, remove it.",
}


def fault_of(cell: str) -> Fault:
    """Name the reason why a cell is no number."""
    if NUMBER.fullmatch(cell):
        return Fault.OVERFLOW
    return next((fault for fault, pattern in PATTERNS if pattern.fullmatch(cell)), Fault.TEXT)


def is_missing(cell: str) -> bool:
    """Say whether a cell means that there is no value."""
    cell = cell.strip()
    return cell in MISSING or cell.lower() in NOT_A_NUMBER


def value_of(cell: str) -> float | None:
    """Return the number in a cell, NaN where it is missing, None where it is faulty."""
    if is_missing(cell):
        return math.nan
    cell = cell.strip()
    if not NUMBER.fullmatch(cell):
        return None
    value = float(cell)
    return value if math.isfinite(value) else None
