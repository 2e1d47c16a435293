"""Providers to sign in with, and the form of those who came from one and have no account."""

from dataclasses import dataclass

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.entry.state import EntryState
from sciflask_reflex.errors import NotFound, Refused
from sciflask_reflex.gate import door
from sciflask_reflex.identity.oidc import flow, joining
from sciflask_reflex.identity.visit import this_visit
from sciflask_reflex.settings import settings


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A provider as people see it."""

    slug: str
    title: str


def provider_rows() -> list[ProviderRow]:
    """Return the providers that the settings name."""
    return [ProviderRow(each.slug, each.title) for each in settings().oidc]


class OidcState(rx.State):
    """The buttons, and what a newcomer's form knows already."""

    providers: list[ProviderRow] = []
    loaded: bool = False
    over: bool = False
    title: str = ""
    label: str = ""
    address: str = ""
    """The address that the provider proved, or empty: then one is asked for."""
    first_name: str = ""
    last_name: str = ""

    @rx.event
    @door(reads=True)
    async def load(self) -> None:
        """Show the buttons."""
        self.providers = provider_rows()

    @rx.event
    @door(reads=True)
    async def load_join(self) -> None:
        """Show the form of whoever came back from a provider with this browser."""
        (await self.get_state(EntryState))._show(routes.JOIN)  # noqa: SLF001 - its form is drawn on this page
        self.over, self.loaded = False, True
        try:
            identity = joining.pending(this_visit().held(joining.PENDING_COOKIE))
            provider = flow.provider_of(identity.provider)
        except (Refused, NotFound):
            self.over = True
            return
        self.title, self.label = provider.title, identity.label
        self.address = joining.proved_address(provider, identity)
        self.first_name, self.last_name = identity.first_name, identity.last_name

    @rx.event
    @door(reads=True)
    async def load_join_sent(self) -> None:
        """Say where we wrote to."""
        (await self.get_state(EntryState))._show(routes.JOIN_SENT)  # noqa: SLF001

    @rx.event
    @door(reads=True)
    async def load_join_confirm(self) -> None:
        """Show the button that makes the account."""
        (await self.get_state(EntryState))._show(routes.JOIN_CONFIRM)  # noqa: SLF001
