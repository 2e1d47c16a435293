"""The texts that the operator may edit, as they are now."""

import reflex as rx

from sciflask_reflex import terms
from sciflask_reflex.gate import door
from sciflask_reflex.identity.visit import in_thread


class TextState(rx.State):
    """The terms or the privacy statement, ready to be shown."""

    html: str = ""
    version: str = ""

    @rx.event
    @door(reads=True)
    async def load_terms(self) -> None:
        """Show the terms and conditions."""
        await self._load("terms")

    @rx.event
    @door(reads=True)
    async def load_privacy(self) -> None:
        """Show the privacy statement."""
        await self._load("privacy")

    async def _load(self, name: terms.Name) -> None:
        text = await in_thread(terms.text, name)
        self.html, self.version = text.html, text.version
