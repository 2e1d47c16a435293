"""The door for trying: a visitor gets an example study of their own, without an account."""

from typing import Any

import reflex as rx

from pipeline import tools
from sciflask_reflex import routes
from sciflask_reflex.errors import SciflaskError
from sciflask_reflex.gate import current, door
from sciflask_reflex.studies import service as studies
from sciflask_reflex.studies.line import in_line


class TryState(rx.State):
    """Making an example study."""

    problem: str = ""

    @rx.event
    @door(needs="owner", per_minute=30)
    async def begin(self) -> Any:
        """Make the example study, or find the one made before, and open its form."""
        self.problem = ""
        owner, slug = current().owner_id, str(getattr(self, "slug", ""))
        if (tool := tools().get(slug)) and tool.live:
            return rx.redirect(routes.tool(slug), replace=True)
        try:
            row = await in_line(owner, lambda: studies.make_example(owner, slug))
        except SciflaskError as error:
            self.problem = error.sentence
            return None
        return rx.redirect(routes.analyse(row.id), replace=True)
