"""The page of the second step: what the person has set up to take it with."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.entry.state import EntryState
from sciflask_reflex.errors import Refused
from sciflask_reflex.gate import door
from sciflask_reflex.identity.factors import taking, ticket
from sciflask_reflex.identity.visit import this_visit


class SecondStepState(rx.State):
    """Which ways there are. The ticket stays in its cookie."""

    loaded: bool = False
    over: bool = False
    totp: bool = False
    passkeys: bool = False

    @rx.event
    @door(reads=True)
    async def load(self) -> None:
        """Show the ways of whoever brought a ticket; without a good one, the way back to the beginning."""
        held = this_visit().held(ticket.TICKET_COOKIE)
        (await self.get_state(EntryState))._show(routes.SECOND_STEP)  # noqa: SLF001 - its form is drawn on this page
        self.over = False
        try:
            factors = await rx.run_in_thread(lambda: taking.factors_of(ticket.read(held).owner_id))
            self.totp, self.passkeys = factors.totp, factors.passkeys > 0
        except Refused:
            self.over = True
        self.loaded = True
