"""How numbers are written for reading: four significant digits, p-values as 1.9e-13, never 0.000."""

import math
from typing import Any


def shown(value: Any) -> tuple[str, str]:
    """Return (as read, in full) of a value; a missing one is a dash."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–", ""
    if isinstance(value, bool) or (not isinstance(value, int | float) and not hasattr(value, "dtype")):
        return str(value), str(value)
    number = float(value)
    if number.is_integer() and abs(number) < 1e15:
        return f"{int(number):,}".replace("-", "\u2212"), str(int(number))
    short = f"{number:.4g}" if 1e-3 <= abs(number) < 1e6 else f"{number:.2e}"
    return short.replace("-", "\u2212") if not short.lower().count("e") else _exponent(short), str(value)


def _exponent(text: str) -> str:
    """Write 1.90e-13 as 1.9e-13, with a true minus sign before the number."""
    mantissa, exponent = text.split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa.replace('-', chr(0x2212))}e{int(exponent)}"


def shown_bytes(count: int) -> str:
    """Write a size in bytes as a person reads it."""
    size = float(count)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def shown_mib(count: int) -> str:
    """Write a size beside a limit in MiB as a person reads it."""
    size = count / 1024**2
    return f"{max(size, 0.1):,.1f} MiB" if 0 < size < 10 and size != int(size) else f"{size:,.0f} MiB"


def shown_seconds(seconds: float) -> str:
    """Write a duration as a person reads it."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"


def shown_about(seconds: float) -> str:
    """Write an estimate of a duration as a person says it: it promises no more than is known."""
    if seconds < 45:
        return "less than a minute"
    minutes = max(1, round(seconds / 60))
    if minutes < 90:
        return f"about {minutes} minute{'s' if minutes > 1 else ''}"
    return f"about {round(minutes / 60)} hours"
