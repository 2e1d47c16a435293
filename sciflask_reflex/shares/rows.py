"""What the dialog shows of a link. Never its token: the browser asks for the address where it is shown."""

from dataclasses import dataclass

from sciflask_reflex import routes
from sciflask_reflex.shares.service import ShareRow


@dataclass(frozen=True, slots=True)
class ShareCard:
    """One link, as the dialog draws it."""

    id: str
    link_url: str
    expires: str
    opened: str


def share_card(row: ShareRow) -> ShareCard:
    """Return what the dialog shows of a link."""
    times = "never opened" if not row.opened else "opened once" if row.opened == 1 else f"opened {row.opened:,} times"
    return ShareCard(row.id, routes.share_link(row.id), row.expires_at.isoformat(), times)
