"""What every page shows about who is here. No secret is in a var; identity itself is looked up at the door, on every event."""

import reflex as rx
from pydantic import BaseModel, Field

from sciflask_reflex.gate import current, door
from sciflask_reflex.identity import consent
from sciflask_reflex.identity.visit import in_thread
from sciflask_reflex.terms import LONGEST_VERSION


class FaultReference(BaseModel):
    """Under which name the log knows a fault."""

    reference: str = Field(pattern=r"^[0-9a-f]{8}$")


class TermsVersion(BaseModel):
    """Which version of the terms was shown."""

    version: str = Field(min_length=1, max_length=LONGEST_VERSION)


class SessionState(rx.State):
    """The person, for the header; and one notice, when the gate or a handler had to refuse something."""

    signed_in: bool = False
    is_guest: bool = False
    is_admin: bool = False
    name: str = ""
    email: str = ""
    notice: str = ""
    terms_due: str = ""
    """The version of the terms that the person has yet to be asked about."""
    _bound: str | None = None
    """The session that this tab's state belongs to, hashed; None while it is new. Kept by the gate."""

    @rx.event
    @door(reads=True)
    async def load(self) -> None:
        """Show who is here now. Goes into the ``on_load`` of every page."""
        who = current()
        self.signed_in, self.is_guest, self.is_admin = who.signed_in, who.is_guest, who.is_admin
        self.name, self.email = who.name, who.email
        self.notice = ""
        self.terms_due = await in_thread(consent.due, who.owner_id) if who.signed_in and not who.viewed_by else ""

    @rx.event
    @door("user", payload=TermsVersion)
    async def accept_terms(self, version: str) -> None:
        """Note that the person accepts the terms that this page named."""
        await in_thread(consent.accept, current().owner_id, version)
        self.terms_due = ""

    @rx.event
    @door(reads=True)
    async def dismiss_notice(self) -> None:
        """Take the notice away."""
        self.notice = ""

    @rx.event
    @door(payload=FaultReference, reads=True)
    async def tell_fault(self, reference: str) -> None:
        """Say that something went wrong on our side, with the reference under which the log has it."""
        self.notice = f"Something went wrong on our side (reference {reference}). Nothing of yours is lost; try it again."
