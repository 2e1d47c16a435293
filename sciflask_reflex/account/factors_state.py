"""What a person has set up beside the password. No secret comes here."""

from dataclasses import dataclass

import reflex as rx

from sciflask_reflex.gate import current, door
from sciflask_reflex.identity.factors import passkeys, taking
from sciflask_reflex.identity.models import Passkey


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """One passkey as its person sees it. The id opens nothing."""

    id: str
    name: str
    created: str
    used: str


def passkey_row(row: Passkey) -> PasskeyRow:
    """Return what the page shows of a passkey."""
    return PasskeyRow(row.id, row.name, row.created_at.isoformat(), row.last_used_at.isoformat() if row.last_used_at else "")


class FactorsState(rx.State):
    """Which ways are set up, and how many recovery codes are left."""

    totp: bool = False
    recovery_left: int = 0
    passkeys: list[PasskeyRow] = []

    @rx.var
    def protected(self) -> bool:
        """Whether the password alone is not enough any more."""
        return self.totp or bool(self.passkeys)

    @rx.event
    @door(needs="user", reads=True)
    async def load(self) -> None:
        """Show what is set up."""
        owner_id = current().owner_id
        factors, rows = await rx.run_in_thread(lambda: (taking.factors_of(owner_id), passkeys.list_for(owner_id)))
        self.totp, self.recovery_left = factors.totp, factors.recovery_left
        self.passkeys = [passkey_row(row) for row in rows]
