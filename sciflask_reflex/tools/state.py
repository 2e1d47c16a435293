"""Which tools are open to whoever looks."""

import reflex as rx

from sciflask_reflex.gate import current, door
from sciflask_reflex.studies.allowance import allowance_of


class ToolsState(rx.State):
    """The tools that are closed to this person."""

    closed: dict[str, str] = {}
    """For each, why."""

    @rx.event
    @door(needs="anyone", reads=True)
    async def load(self) -> None:
        """Ask what this person's role may use."""
        me = current()
        self.closed = (await rx.run_in_thread(lambda: allowance_of(me.owner_id, me.role))).tool_faults
