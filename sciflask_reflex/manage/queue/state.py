"""The state of the queue's page. It changes by itself while the page is open: see ``live.listener``."""

import time
from collections.abc import Callable
from typing import Any

import reflex as rx
from pydantic import BaseModel, Field
from reflex.state import BaseState

from sciflask_reflex import routes
from sciflask_reflex.errors import SciflaskError
from sciflask_reflex.gate import door
from sciflask_reflex.live import tabs
from sciflask_reflex.manage.queue import service, statistics
from sciflask_reflex.manage.queue.rows import JobView, QueueView, ToolView, WorkerView, board_view, tool_view

STATISTICS_SECONDS = 30
"""Medians and the plot change slowly: they are made anew no more often."""


class AnalysisId(BaseModel):
    """Which analysis is meant."""

    analysis_id: str = Field(pattern=r"^[0-9a-f]{32}$")


class Stretch(BaseModel):
    """Whether the plot counts by the hour or by the day."""

    by: str = Field(pattern=r"^(hour|day)$")


class QueueState(rx.State):
    """What waits, runs and failed lately."""

    waiting: list[JobView] = []
    running: list[JobView] = []
    failed: list[JobView] = []
    workers: list[WorkerView] = []
    queues: list[QueueView] = []
    tools: list[ToolView] = []
    waiting_count: int = 0
    at: str = ""
    by: str = "hour"
    figure: str = ""
    problem: str = ""
    said: str = ""
    loaded: bool = False
    _measured: float = 0.0

    @rx.event
    @door(needs="admin")
    async def load(self) -> None:
        """Show the queue, and follow it from now on."""
        tabs.watch(self.router.session.client_token)
        self.problem = self.said = ""
        self._measured = 0.0
        await self._show(await rx.run_in_thread(service.board))

    @rx.event
    @door(needs="admin", payload=Stretch)
    async def count_by(self, by: str) -> None:
        """Count what ended by the hour or by the day."""
        self.by, self._measured = by, 0.0
        await self._measure()

    @rx.event
    @door(needs="admin", payload=AnalysisId)
    async def cancel(self, analysis_id: str) -> None:
        """Cancel anybody's analysis."""
        await self._act(lambda: service.cancel(analysis_id), "It is cancelled.")

    @rx.event
    @door(needs="admin", payload=AnalysisId)
    async def run_again(self, analysis_id: str) -> None:
        """Make a new analysis for the same person, of the same data with the same parameters."""
        await self._act(lambda: service.run_again(analysis_id), "It waits in the queue again, as a new analysis of the same person.")

    async def _act(self, act: Callable[[], Any], said: str) -> None:
        self.problem = self.said = ""
        try:
            await rx.run_in_thread(act)
            self.said = said
        except SciflaskError as error:
            self.problem = error.sentence
        await self._show(await rx.run_in_thread(service.board))

    async def _show(self, board: service.Board) -> None:
        view = board_view(board)
        self.waiting, self.running, self.failed, self.workers = view.waiting, view.running, view.failed, view.workers
        self.waiting_count, self.at, self.queues = view.waiting_count, view.at, view.queues
        await self._measure()
        self.loaded = True

    async def _measure(self) -> None:
        """Make the table of tools and the plot anew, unless they are fresh."""
        now = time.time()
        if now - self._measured < STATISTICS_SECONDS:
            return
        self._measured = now
        self.tools = [tool_view(row) for row in await rx.run_in_thread(statistics.per_tool)]
        self.figure = f"{routes.MANAGE_FIGURES}/throughput.json?by={self.by}&at={now:.0f}"


async def apply_to_queue(root: BaseState, board: service.Board) -> None:
    """Give the queue to a tab that shows it."""
    state = await root.get_state(QueueState)
    if state.loaded and state.router.url.path.rstrip("/") == routes.MANAGE_QUEUE:
        await state._show(board)  # noqa: SLF001
