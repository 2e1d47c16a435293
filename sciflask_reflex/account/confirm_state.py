"""What became of the change of an address. The link itself never comes here."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.gate import current, door
from sciflask_reflex.http.flash import read_flash
from sciflask_reflex.identity.visit import this_visit


class ConfirmEmailState(rx.State):
    """The page behind the link in the mail to a new address."""

    sentence: str = ""
    done: bool = False
    signed_in: bool = False

    @rx.event
    @door(reads=True)
    async def load(self) -> None:
        """Show what the button did, if it was pressed."""
        flash = read_flash(this_visit().cookie, routes.CONFIRM_EMAIL)
        self.sentence, self.done = flash.sentence, flash.tone == "ok"
        self.signed_in = current().signed_in
