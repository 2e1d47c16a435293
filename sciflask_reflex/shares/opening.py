"""Opening a private link, as pages and downloads do: it leads somewhere only while the account that made it is enabled."""

from sciflask_reflex.errors import NotFound
from sciflask_reflex.identity import accounts
from sciflask_reflex.shares import service
from sciflask_reflex.shares.service import Shared


def open_link(token: str, *, count: bool = False) -> Shared:
    """Return what a link leads to, as ``service.open_link`` does.

    Raises:
        NotFound: Also while the account is disabled: what it published must go with it. Nobody can tell this from any other end.
    """
    shared = service.open_link(token)
    if accounts.is_disabled(shared.owner_id):
        raise NotFound("link")
    return service.open_link(token, count=True) if count else shared
