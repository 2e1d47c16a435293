"""The state of a live tool's page: what the controls hold, and the newest result. An older one never overwrites it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import reflex as rx
from pydantic import BaseModel, Field

from pipeline.toolkit import ParameterError
from sciflask_reflex import routes
from sciflask_reflex.analyses.parameter_values import as_sent, chosen_of, filled_in, texts_of
from sciflask_reflex.analyses.result_state import ResultState
from sciflask_reflex.analyses.rows import AnalysisView, with_result
from sciflask_reflex.errors import SciflaskError, TooOften
from sciflask_reflex.gate import current, door
from sciflask_reflex.identity.limits import network_of
from sciflask_reflex.identity.visit import this_visit
from sciflask_reflex.instant import service, shelf
from sciflask_reflex.instant.asked import Asked, ask, live_tool
from sciflask_reflex.instant.line import Superseded
from sciflask_reflex.instant.opening import SEED, Opening, link_of, opening, wish
from sciflask_reflex.instant.shelf import Computed

NUMBERS_OF_A_DAY = 10**15


class Moved(BaseModel):
    """What the controls hold: of which drawing of the page, and in which order they were sent."""

    page: str = Field(max_length=32)
    turn: int = Field(ge=0, le=NUMBERS_OF_A_DAY)
    values: dict[str, str | bool | None] = Field(max_length=400)


class InstantState(ResultState, rx.State):
    """The live tool that this tab shows."""

    loaded: bool = False
    slug: str = ""
    values: dict[str, str] = {}
    chosen: dict[str, list[str]] = {}
    columns: dict[str, list[str]] = {}
    errors: dict[str, str] = {}
    fault: str = ""
    """Why there is no result for these values."""
    explained: list[str] = []
    """What was wrong with the values in the address."""
    busy: bool = False
    link: str = ""
    """The query of the address that the bar shows; empty while it holds nothing but defaults."""
    full_link: str = ""
    """The query of an address that holds everything."""
    bundle_url: str = ""
    page_key: str = ""
    """Another one: the browser draws the controls anew, with their values."""
    _turn: int = 0
    _parameters: dict[str, Any] = {}
    _seed: int = 0

    @rx.event
    @door(needs="anyone", reads=True)
    async def open(self, slug: str) -> Any:
        """Open a live tool with the values in the address; those that cannot be accepted are explained, and replaced by defaults."""
        tool = live_tool(slug)
        given = {str(name): str(value) for name, value in self.router.url.query_parameters.items()}
        found = await rx.run_in_thread(lambda: opening(tool, given))
        link = link_of(found.asked) if given else ""
        if self.slug != slug or self.link != link or found.explained or not self.loaded:
            self._begin(found, link)
        return InstantState.recompute

    @rx.event
    @door(needs="anyone", reads=True, per_minute=120)
    async def start_over(self) -> Any:
        """Put every control back to its default."""
        if not self.loaded:
            return None
        tool = live_tool(self.slug)
        self._begin(await rx.run_in_thread(lambda: opening(tool, {})), "")
        return InstantState.recompute

    @rx.event(background=True)
    @door(needs="anyone", reads=True, per_minute=120)
    async def recompute(self) -> None:
        """Compute what the page was opened with."""
        async with self:
            if not self.loaded:
                return
            asked, page, turn = ask(live_tool(self.slug), self._parameters, self._seed), self.page_key, self._turn
            self.busy = True
        await self._compute(asked, page, turn)

    @rx.event(background=True)
    @door(needs="anyone", reads=True, per_minute=1_200, payload=Moved)
    async def move(self, page: str, turn: int, values: dict[str, str | bool | None]) -> None:
        """Compute for what the controls hold now; what is still being computed for this tab is given up."""
        async with self:
            if page != self.page_key or turn <= self._turn:
                return
            tool, form = live_tool(self.slug), as_sent(values)
            self._turn = turn
            given = filled_in(tool, form) | ({SEED.name: form.get(SEED.name, "")} if tool.wants_seed else {})
            try:
                asked = wish(tool, given)
            except ParameterError as error:
                self.errors, self.fault, self.busy = error.fields, error.fields.get("", ""), False
                return
            self._hold(asked)
            self.errors, self.link, self.busy = {}, self.full_link, True
        await self._compute(asked, page, turn)

    def _begin(self, found: Opening, link: str) -> None:
        """Show controls with these values."""
        if self.slug != found.asked.tool.slug:
            self.view, self.tables, self.texts = AnalysisView(), {}, {}
        self.slug, self.page_key, self._turn = found.asked.tool.slug, uuid4().hex, 0
        self._hold(found.asked)
        self.explained, self.link, self.errors = list(found.explained), link, {}
        self.fault, self.problem, self.loaded = "", "", True

    def _hold(self, asked: Asked) -> None:
        self._parameters, self._seed = dict(asked.parameters), asked.seed
        self.values = texts_of(asked.tool, asked.parameters) | {SEED.name: str(asked.seed)}
        self.chosen, self.full_link = chosen_of(asked.tool, asked.parameters), link_of(asked)

    async def _compute(self, asked: Asked, page: str, turn: int) -> None:
        """Get the result and show it, if nothing newer was asked for meanwhile. Whoever is too fast waits a little."""
        who, visit = current(), this_visit()
        person, crowd = (who.owner_id, 1) if who.is_somebody else (network_of(visit.ip), service.CROWD)
        outcome: Computed | SciflaskError | None = None
        while outcome is None:
            try:
                await rx.run_in_thread(lambda: service.require_open(asked.tool, owner_id=who.owner_id, role=who.role))
                future = await rx.run_in_thread(lambda: service.begin(asked, person=person, crowd=crowd, seat=visit.client))
                outcome = await asyncio.wrap_future(future)
            except Superseded:
                return
            except TooOften as busy:
                await asyncio.sleep(busy.retry_after_s)
                async with self:
                    if (page, turn) != (self.page_key, self._turn):
                        return
            except SciflaskError as error:
                outcome = error
        async with self:
            if (page, turn) == (self.page_key, self._turn):
                await self._show(outcome)

    async def _show(self, outcome: Computed | SciflaskError) -> None:
        self.busy = False
        if isinstance(outcome, SciflaskError):
            self.fault = outcome.sentence
            return
        self.fault, self.problem = "", ""
        asked = outcome.asked
        view = AnalysisView(id=asked.key, tool=asked.tool.slug, tool_title=asked.tool.title, status="done", is_done=True, is_final=True)
        self.bundle_url = routes.live_bundle(asked.tool.slug, asked.key)
        await self._show_result(with_result(view, outcome.manifest, asked.files))

    def _reader(self) -> Callable[[str], Path]:
        slug, key = self.slug, self.view.id
        return lambda name: shelf.file_of(slug, key, name)
