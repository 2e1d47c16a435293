"""Which providers open the account."""

from dataclasses import dataclass

import reflex as rx

from sciflask_reflex.entry.oidc_state import ProviderRow, provider_rows
from sciflask_reflex.errors import Refused
from sciflask_reflex.gate import current, door
from sciflask_reflex.identity.models import LinkedIdentity
from sciflask_reflex.identity.oidc import joining, linking
from sciflask_reflex.identity.visit import this_visit


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """One identity as its person sees it. The id opens nothing."""

    id: str
    title: str
    label: str
    created: str
    used: str


def identity_row(row: LinkedIdentity, titles: dict[str, str]) -> IdentityRow:
    """Return what the page shows of an identity; a provider that is not configured any more is called by its short name."""
    used = row.last_used_at.isoformat() if row.last_used_at else ""
    return IdentityRow(row.id, titles.get(row.provider, row.provider), row.label, row.created_at.isoformat(), used)


class IdentitiesState(rx.State):
    """What is linked, and what could be."""

    rows: list[IdentityRow] = []
    others: list[ProviderRow] = []
    pending_label: str = ""
    """Who this browser came back as, from a provider that is not linked yet."""
    pending_title: str = ""

    @rx.event
    @door(needs="user", reads=True)
    async def load(self) -> None:
        """Show what is linked."""
        owner_id = current().owner_id
        known = await rx.run_in_thread(lambda: linking.list_for(owner_id))
        titles = {row.slug: row.title for row in provider_rows()}
        linked = {row.provider for row in known}
        self.rows = [identity_row(row, titles) for row in known]
        self.others = [row for row in provider_rows() if row.slug not in linked]
        self.pending_label = self.pending_title = ""
        try:
            identity = joining.pending(this_visit().held(joining.PENDING_COOKIE))
        except Refused:
            return
        if identity.provider in titles and identity.provider not in linked:
            self.pending_label, self.pending_title = identity.label, titles[identity.provider]
            self.others = [row for row in self.others if row.slug != identity.provider]
