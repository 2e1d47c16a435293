"""Numbers and people in words."""

from typing import Any

from sqlalchemy import func

UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def size(number: int) -> str:
    """Return a number of bytes with a unit that keeps it short."""
    value, unit = float(number), UNITS[0]
    for unit in UNITS:
        if value < 1024 or unit == UNITS[-1]:
            break
        value /= 1024
    return f"{value:.0f} {unit}" if unit == UNITS[0] else f"{value:.1f} {unit}"


def person(owner: Any) -> Any:
    """Return the SQL of what to call an owner in a list: the address, or that it is a guest."""
    return func.coalesce(owner.email, owner.name)
