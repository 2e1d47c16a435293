"""What the two forms show: faults and what was typed, left there by the redirect of a failed try."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.gate import current, door
from sciflask_reflex.http.flash import read_flash
from sciflask_reflex.identity.same_site import same_site
from sciflask_reflex.identity.visit import this_visit
from sciflask_reflex.settings import settings


class EntryState(rx.State):
    """The sign-in and the registration form. Passwords never come here."""

    sentence: str = ""
    faults: dict[str, str] = {}
    values: dict[str, str] = {}
    next_path: str = ""
    form_key: str = ""
    """Changes when values are to be filled in, so that the browser draws the controls anew."""
    closed: bool = False
    academic: bool = False

    @rx.event
    @door(reads=True)
    async def load_login(self) -> rx.event.EventSpec | None:
        """Show the sign-in form; whoever is signed in is sent on."""
        return self._load(routes.LOGIN)

    @rx.event
    @door(reads=True)
    async def load_register(self) -> rx.event.EventSpec | None:
        """Show the registration form; whoever is signed in is sent on."""
        return self._load(routes.REGISTER)

    def _load(self, form: str) -> rx.event.EventSpec | None:
        wanted = self.router.url.query_parameters.get("next", "")
        if current().signed_in:
            return rx.redirect(same_site(wanted), replace=True)
        flash = read_flash(this_visit().cookie, form)
        self.sentence, self.faults, self.values = flash.sentence, flash.faults, flash.values
        self.form_key = str(flash.at) if flash.form else ""
        self.next_path = same_site(wanted, "")
        self.closed, self.academic = settings().registration == "closed", settings().registration == "academic"
        return None
