"""The person's API tokens: what they are for, never the tokens themselves."""

from dataclasses import dataclass

import reflex as rx
from pydantic import BaseModel, Field

from sciflask_reflex.gate import current, door
from sciflask_reflex.identity import tokens
from sciflask_reflex.identity.models import ApiToken
from sciflask_reflex.models import utcnow


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token as its person sees it. The id opens nothing."""

    id: str
    name: str
    scope: str
    created: str
    expires: str
    used: str
    state: str
    """good, expired or revoked."""


class TokenId(BaseModel):
    """Which token is meant."""

    token_id: str = Field(pattern=r"^[0-9a-f]{32}$")


def token_row(key: ApiToken) -> TokenRow:
    """Return what the page shows of a token."""
    state = "revoked" if key.revoked_at else "expired" if key.expires_at <= utcnow() else "good"
    used = key.last_used_at.isoformat() if key.last_used_at else ""
    return TokenRow(key.id, key.name, key.scope, key.created_at.isoformat(), key.expires_at.isoformat(), used, state)


class TokensState(rx.State):
    """The list of tokens. A new one is shown by the form that made it and never comes here."""

    rows: list[TokenRow] = []

    @rx.event
    @door(needs="user", reads=True)
    async def load(self) -> None:
        """Show the tokens."""
        await self._reload()

    @rx.event
    @door(needs="user", payload=TokenId, per_minute=30)
    async def revoke(self, token_id: str) -> None:
        """End a token at once."""
        owner_id = current().owner_id
        await rx.run_in_thread(lambda: tokens.revoke(token_id, owner_id=owner_id))
        await self._reload()

    async def _reload(self) -> None:
        owner_id = current().owner_id
        self.rows = [token_row(key) for key in await rx.run_in_thread(lambda: tokens.list_for(owner_id))]
