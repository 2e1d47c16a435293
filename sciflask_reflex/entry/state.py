"""What the forms at the entry show: faults and what was typed, left there by the redirect of a failed try."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.gate import current, door
from sciflask_reflex.http.flash import read_flash
from sciflask_reflex.identity.human import needed_to_register
from sciflask_reflex.identity.same_site import same_site
from sciflask_reflex.identity.visit import this_visit
from sciflask_reflex.settings import settings


class EntryState(rx.State):
    """The forms at the entry. Neither passwords nor the secrets of links ever come here."""

    sentence: str = ""
    good_news: bool = False
    faults: dict[str, str] = {}
    values: dict[str, str] = {}
    next_path: str = ""
    closed: bool = False
    academic: bool = False
    guests: bool = False
    human: bool = False
    """Whether a new account asks for proof of a person."""

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

    @rx.event
    @door(reads=True)
    async def load_register_sent(self) -> None:
        """Say where we wrote to."""
        self._show(routes.REGISTER_SENT)
        self.guests = settings().guests and not current().signed_in

    @rx.event
    @door(reads=True)
    async def load_confirm(self) -> None:
        """Show the button that confirms an address."""
        self._show(routes.CONFIRM)

    @rx.event
    @door(reads=True)
    async def load_confirm_again(self) -> None:
        """Show the form that has the first mail sent again."""
        self._show(routes.CONFIRM_AGAIN)

    @rx.event
    @door(reads=True)
    async def load_reset(self) -> None:
        """Show the form of those who forgot their password."""
        self._show(routes.RESET_PASSWORD)

    @rx.event
    @door(reads=True)
    async def load_reset_sent(self) -> None:
        """Say where we wrote to, if there is an account."""
        self._show(routes.RESET_SENT)

    @rx.event
    @door(reads=True)
    async def load_new_password(self) -> None:
        """Show the form for a new password."""
        self._show(routes.NEW_PASSWORD)

    def _load(self, form: str) -> rx.event.EventSpec | None:
        wanted = self.router.url.query_parameters.get("next", "")
        if current().signed_in:
            return rx.redirect(same_site(wanted), replace=True)
        self._show(form)
        self.next_path = same_site(wanted, "")
        self.closed, self.academic = settings().registration == "closed", settings().registration == "academic"
        self.human = needed_to_register()
        return None

    def _show(self, form: str) -> None:
        """Show what the last answer left for this form."""
        flash = read_flash(this_visit().cookie, form)
        self.sentence, self.faults, self.values = flash.sentence, flash.faults, flash.values
        self.good_news = flash.tone == "ok"
        self.next_path = ""
