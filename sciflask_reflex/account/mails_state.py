"""Which mails the person gets."""

import time

import reflex as rx
from pydantic import BaseModel

from sciflask_reflex.account import service
from sciflask_reflex.gate import current, door
from sciflask_reflex.models import MailKind


class MailChoice(BaseModel):
    """One kind of mail, and whether it is wanted."""

    kind: MailKind
    wanted: bool


class MailsState(rx.State):
    """The kinds of mail that a person turned off. A choice counts at once."""

    unwanted: list[str] = []
    loaded: float = 0.0
    """Changes with every load."""
    said: str = ""

    @rx.event
    @door(needs="user", reads=True)
    async def load(self) -> None:
        """Show what the person chose."""
        owner_id = current().owner_id
        self.unwanted = await rx.run_in_thread(lambda: service.unwanted_mails(owner_id))
        self.said, self.loaded = "", time.time()

    @rx.event
    @door(needs="user", payload=MailChoice, per_minute=60)
    async def choose(self, kind: MailKind, wanted: bool) -> None:  # noqa: FBT001 - an event's argument
        """Turn one kind of mail on or off."""
        owner_id = current().owner_id
        self.unwanted = await rx.run_in_thread(lambda: service.want_mail(owner_id, kind, wanted=wanted))
        self.said = "Saved."
