"""The state of the page of limits."""

from dataclasses import dataclass

import reflex as rx

from sciflask_reflex import quotas
from sciflask_reflex.errors import Invalid
from sciflask_reflex.gate import door
from sciflask_reflex.manage.filled import Filled
from sciflask_reflex.manage.quotas import service
from sciflask_reflex.shell.numbers import shown_bytes

NO_LIMIT = "no limit"


@dataclass(frozen=True, slots=True)
class LimitView:
    """One limit of a role: what holds, and what was set here."""

    name: str
    holds: str
    set_here: str


@dataclass(frozen=True, slots=True)
class RoleView:
    """One role with its limits."""

    role: str
    title: str
    limits: list[LimitView]
    tools: str
    tools_here: str


@dataclass(frozen=True, slots=True)
class KeeperView:
    """Somebody who keeps much."""

    owner_id: str
    person: str
    role: str
    size: str
    studies: int
    analyses: int


class QuotasState(rx.State):
    """What each role may keep and use."""

    roles: list[RoleView] = []
    largest: list[KeeperView] = []
    editing: str = ""
    errors: dict[str, str] = {}
    problem: str = ""
    said: str = ""
    loaded: bool = False

    @rx.event
    @door(needs="admin")
    async def load(self) -> None:
        """Show the limits of every role, and who keeps most."""
        self.problem, self.said, self.errors = "", "", {}
        await self._reload()
        self.largest = [
            KeeperView(row.owner_id, row.person, row.role, shown_bytes(row.bytes), row.studies, row.analyses)
            for row in await rx.run_in_thread(service.largest)
        ]
        self.loaded = True

    @rx.event
    @door(needs="admin", payload=Filled)
    async def save(self, form_data: dict[str, str]) -> None:
        """Set the limits of one role."""
        role = form_data.get("role", "")[:16]
        self.problem, self.said, self.errors, self.editing = "", "", {}, role
        try:
            await rx.run_in_thread(lambda: service.set_limits(role, form_data, form_data.get("tools", "")))
        except Invalid as invalid:
            self.problem, self.errors = invalid.sentence, invalid.fields
            return
        self.said = "The limits hold from now on."
        await self._reload()

    async def _reload(self) -> None:
        self.roles = [_view(row) for row in await rx.run_in_thread(service.roles)]


def _view(row: service.RoleLimit) -> RoleView:
    limits = [LimitView(name, _number(row.holds[name]), str(row.set_here[name]) if name in row.set_here else "") for name in quotas.NUMBERS]
    tools = ", ".join(row.tools or [])
    return RoleView(row.role, row.title, limits, "all" if row.tools is None else tools or "none", tools if row.tools_set_here else "")


def _number(value: int | None) -> str:
    return NO_LIMIT if value is None else f"{value:,}"
