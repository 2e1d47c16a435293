"""Which open tabs of this web process follow which owner. A hint for the listener, never a credential."""

MOST = 20_000
"""More tabs than one process can hold; whoever is beyond is gone already."""

_followers: dict[str, str] = {}
_watchers: set[str] = set()
"""Tabs that show what everybody does. Whether they may is asked at each delivery."""


def follow(token: str, owner_id: str) -> None:
    """Remember that a tab shows the work of an owner, and no longer everybody's; with no owner, forget the tab.

    Of too many, the oldest is forgotten.
    """
    forget(token)
    if owner_id:
        _followers[token] = owner_id
    if len(_followers) > MOST:
        forget(next(iter(_followers)))


def watch(token: str) -> None:
    """Remember that a tab shows what everybody does, until it opens another page. ``follow`` it first."""
    if token in _followers:
        _watchers.add(token)


def watchers() -> list[str]:
    """Return the tabs that show what everybody does."""
    return list(_watchers)


def forget(token: str) -> None:
    """Forget a tab that is gone."""
    _followers.pop(token, None)
    _watchers.discard(token)


def of_owner(owner_id: str) -> list[str]:
    """Return the tabs that follow an owner."""
    return [token for token, owner in _followers.items() if owner == owner_id]


def owners() -> set[str]:
    """Return every owner whose work some tab follows."""
    return set(_followers.values())
