"""People in words."""

from typing import Any

from sqlalchemy import func


def person(owner: Any) -> Any:
    """Return the SQL of what to call an owner in a list: the address, or that it is a guest."""
    return func.coalesce(owner.email, owner.name)
