"""What the registration form says about an address while somebody types it. Says nothing about accounts, and asks for none."""

import reflex as rx
from pydantic import BaseModel, Field

from sciflask_reflex.errors import Invalid
from sciflask_reflex.gate import door
from sciflask_reflex.identity.academic import institution_of
from sciflask_reflex.identity.addresses import MAX_ADDRESS_CHARS, canonical
from sciflask_reflex.identity.eligibility import find_fault


class Typed(BaseModel):
    """What stands in the field."""

    email: str = Field(max_length=4 * MAX_ADDRESS_CHARS)


class InstitutionState(rx.State):
    """The institution of the address in the form, or what is wrong with the address."""

    institution: str = ""
    country: str = ""
    fault: str = ""
    asked: bool = False
    """Whether this tab has looked at an address, so that what an earlier try said no longer counts."""

    @rx.event
    @door(reads=True)
    async def load(self) -> None:
        """Begin with nothing."""
        self.institution, self.country, self.fault, self.asked = "", "", "", False

    @rx.event
    @door(payload=Typed, per_minute=120, reads=True)
    async def look(self, email: str) -> None:
        """Say which institution an address belongs to, once there is enough of it to tell."""
        name, country, fault = await rx.run_in_thread(lambda: recognised(email))
        self.institution, self.country, self.fault, self.asked = name, country, fault, True


def recognised(email: str) -> tuple[str, str, str]:
    """Return institution, country and fault of what was typed; all empty while nothing can be said."""
    try:
        address = canonical(email)
    except Invalid:
        return "", "", ""
    known = institution_of(address)
    fault = find_fault(address)
    return (known.name, known.country_name, "") if known and not fault else ("", "", fault or "")
