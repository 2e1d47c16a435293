"""Telling a person, on whatever page they are, that an analysis has ended."""

from typing import Any

from reflex.state import BaseState

from sciflask_reflex import routes
from sciflask_reflex.live.state import LiveState, Notice

ENDINGS = {
    "done": ("ok", "“{name}” is done.", "See the result"),
    "failed": ("error", "“{name}” failed.", "See why"),
}


async def announce(root: BaseState, row: Any) -> None:
    """Show a notice in a tab, unless it shows that very analysis."""
    if row is None or str(row.status) not in ENDINGS:
        return
    state = await root.get_state(LiveState)
    href = routes.analysis(row.id)
    if state.router.url.path.rstrip("/") == href:
        return
    tone, text, action = ENDINGS[str(row.status)]
    state._announce(Notice(id=f"{row.id}-{row.status}", tone=tone, text=text.format(name=row.name), action=action, href=href))  # noqa: SLF001
