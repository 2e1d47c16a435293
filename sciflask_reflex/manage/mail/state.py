"""The state of the page of mails."""

from dataclasses import dataclass

import reflex as rx
from pydantic import BaseModel, Field

from sciflask_reflex.errors import SciflaskError
from sciflask_reflex.gate import current, door
from sciflask_reflex.manage.mail import service
from sciflask_reflex.manage.parts import Fact


class Which(BaseModel):
    """All letters, or those not sent yet."""

    value: str = Field(pattern=r"^(all|unsent)$")


@dataclass(frozen=True, slots=True)
class LetterView:
    """One letter, without what is in it."""

    recipient: str
    subject: str
    kind: str
    state: str
    tries: int
    created: str
    next_try: str
    fault: str


class MailState(rx.State):
    """What became of the letters."""

    facts: list[Fact] = []
    letters: list[LetterView] = []
    way: str = ""
    sender: str = ""
    which: str = "all"
    problem: str = ""
    said: str = ""
    loaded: bool = False

    @rx.event
    @door(needs="admin")
    async def load(self) -> None:
        """Show how the letters stand."""
        self.problem = self.said = ""
        await self._reload()
        self.loaded = True

    @rx.event
    @door(needs="admin", payload=Which)
    async def show(self, value: str) -> None:
        """Show all letters, or those not sent yet."""
        self.which = value
        await self._reload()

    @rx.event
    @door(needs="admin", per_minute=20)
    async def send_test(self) -> None:
        """Write a letter to oneself."""
        me = current().owner_id
        self.problem = self.said = ""
        try:
            address = await rx.run_in_thread(lambda: service.send_test(me))
            self.said = f"A test mail to {address} is on its way. It leaves within seconds if the mail server takes it."
        except SciflaskError as error:
            self.problem = error.sentence
        await self._reload()

    async def _reload(self) -> None:
        unsent = self.which == "unsent"
        post = await rx.run_in_thread(lambda: service.post(only_unsent=unsent))
        self.way, self.sender = post.way, post.sender
        self.letters = [_view(row) for row in post.letters]
        self.facts = [
            Fact("Waiting", f"{post.waiting:,}", "to be sent"),
            Fact("Failing", f"{post.failing:,}", "tried and tried again, for a day"),
            Fact("Given up", f"{post.given_up:,}", "after a day"),
            Fact("Sent", f"{post.sent_today:,}", "in the last 24 hours"),
        ]


def _view(row: service.Letter) -> LetterView:
    later = row.next_try_at.isoformat() if row.state == "trying again" else ""
    return LetterView(row.to, row.subject, row.kind, row.state, row.tries, row.created_at.isoformat(), later, row.last_error)
