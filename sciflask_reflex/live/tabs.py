"""Which open tabs of this web process follow which owner. A hint for the listener, never a credential."""

MOST = 20_000
"""More tabs than one process can hold; whoever is beyond is gone already."""

_followers: dict[str, str] = {}


def follow(token: str, owner_id: str) -> None:
    """Remember that a tab shows the work of an owner; with no owner, forget the tab. Of too many, the oldest is forgotten."""
    _followers.pop(token, None)
    if owner_id:
        _followers[token] = owner_id
    if len(_followers) > MOST:
        del _followers[next(iter(_followers))]


def forget(token: str) -> None:
    """Forget a tab that is gone."""
    _followers.pop(token, None)


def of_owner(owner_id: str) -> list[str]:
    """Return the tabs that follow an owner."""
    return [token for token, owner in _followers.items() if owner == owner_id]


def owners() -> set[str]:
    """Return every owner whose work some tab follows."""
    return set(_followers.values())
