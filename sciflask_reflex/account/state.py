"""The account page: who the person is, and what the last of its forms had to say."""

import time

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.gate import current, door
from sciflask_reflex.http.flash import read_flash_of_page
from sciflask_reflex.identity.details import Details, details_of
from sciflask_reflex.identity.visit import this_visit


class AccountState(rx.State):
    """Details of the person who looks, and the faults of a form. Passwords and tokens never come here."""

    loaded: bool = False
    details: Details = Details()
    form: str = ""
    """Which form spoke last; forms are called as their sections."""
    sentence: str = ""
    tone: str = "error"
    ready: float = 0.0
    """When all sections were last loaded."""
    faults: dict[str, str] = {}
    values: dict[str, str] = {}

    @rx.var
    def failed(self) -> bool:
        """Whether the last form was not accepted, and has values to fill in again."""
        return bool(self.form) and self.tone != "ok"

    @rx.event
    @door(needs="user", reads=True)
    async def load(self) -> None:
        """Show the person's account, and what the last form had to say."""
        me = current()
        self.details = await rx.run_in_thread(lambda: details_of(me.owner_id))
        flash = read_flash_of_page(this_visit().cookie, routes.ACCOUNT)
        self.form = flash.form.partition("#")[2]
        # What stands at a field need not stand above the form, too.
        self.sentence = "" if flash.sentence in flash.faults.values() else flash.sentence
        self.tone, self.faults, self.values = flash.tone, flash.faults, flash.values
        self.loaded = True

    @rx.event
    @door(needs="user", reads=True)
    async def finish(self) -> None:
        """Say that all sections are there, so that the page goes to the form that was sent last. Comes after all other loads."""
        self.ready = time.time()
