"""Which open tabs of this web process follow which owner. A hint for the listener, never a credential."""

_followers: dict[str, str] = {}


def follow(token: str, owner_id: str) -> None:
    """Remember that a tab shows the work of an owner; with no owner, forget the tab."""
    if not owner_id:
        _followers.pop(token, None)
    else:
        _followers[token] = owner_id


def forget(token: str) -> None:
    """Forget a tab that is gone."""
    _followers.pop(token, None)


def of_owner(owner_id: str) -> list[str]:
    """Return the tabs that follow an owner."""
    return [token for token, owner in _followers.items() if owner == owner_id]


def owners() -> set[str]:
    """Return every owner whose work some tab follows."""
    return set(_followers.values())
