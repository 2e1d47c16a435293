"""The state of the analysis form: what is set, what is wrong with it, and the one button."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import reflex as rx
from pydantic import BaseModel, Field

from pipeline import tools
from pipeline.toolkit.kinds import extent
from pipeline.toolkit.tool import Tool
from sciflask_reflex import routes
from sciflask_reflex.analyses import service
from sciflask_reflex.analyses.parameter_values import as_sent, chosen_of, filled_in, texts_of
from sciflask_reflex.errors import Invalid, NotFound, SciflaskError
from sciflask_reflex.gate import current, door
from sciflask_reflex.identity import human
from sciflask_reflex.live import tabs
from sciflask_reflex.shell.human_check import FIELD
from sciflask_reflex.studies import service as studies
from sciflask_reflex.studies.allowance import allowance_of

MOST_OFFERED = 1_000
"""Columns that a field offers while somebody types; any other may be typed as well."""


class Filled(BaseModel):
    """What a form sends: names and texts. Of a box the browser may also say whether it is ticked; what is not shown is None."""

    form_data: dict[str, str | bool | None] = Field(max_length=400)


class Decided(BaseModel):
    """What was set in a field on which others depend."""

    name: str = Field(max_length=64)
    value: str = Field(max_length=1_000)


class AnalysisFormState(rx.State):
    """Parameters for one analysis of one study."""

    loaded: bool = False
    missing: bool = False
    tool: str = ""
    tool_title: str = ""
    study_name: str = ""
    data: list[str] = []
    values: dict[str, str] = {}
    chosen: dict[str, list[str]] = {}
    """Which boxes are ticked, of parameters that take several choices."""
    columns: dict[str, list[str]] = {}
    """Names of columns that are offered, by parameter."""
    name: str = ""
    errors: dict[str, str] = {}
    problem: str = ""
    left: str = ""
    """How many more analyses the person may make."""
    full: str = ""
    """Why none can be started now, or nothing."""
    human: bool = False
    """Whether this run asks for proof of a person."""
    form_key: str = ""
    """Another study, or another run to begin from: the browser draws the fields anew, with their values."""
    _study: str = ""
    _key: str = ""

    @rx.event
    @door(needs="owner", reads=True)
    async def load(self) -> AsyncGenerator[None]:
        """Open the form for the study in the address, with the parameters of an earlier analysis if one is named."""
        me = current()
        tabs.follow(self.router.session.client_token, me.owner_id)
        wanted, earlier = str(getattr(self, "study_id", "")), str(self.router.url.query_parameters.get("from", ""))
        self.errors, self.problem, self._key = {}, "", uuid4().hex
        if self._study != wanted:
            self.loaded = False
            yield  # the fields of another study are not to be seen, nor filled in
        try:
            found = await rx.run_in_thread(lambda: _opening(wanted, earlier, me.owner_id, me.role))
        except NotFound:
            self.missing, self.loaded, self._study = True, True, ""
            return
        row = found.row
        allowance = await rx.run_in_thread(lambda: allowance_of(me.owner_id, me.role))
        self.left, self.full = allowance.analyses_left, allowance.tool_faults.get(row.tool, "") or allowance.analysis_fault
        self.human = await rx.run_in_thread(lambda: human.needed_to_run(me))
        self._study, self.tool, self.tool_title, self.study_name = row.id, row.tool, row.tool_title, row.name
        self.form_key = f"{row.id}-{earlier[:64]}"
        self.data = [_data_line(item) for item in row.inputs]
        self.values, self.chosen, self.columns = texts_of(found.tool, found.values), chosen_of(found.tool, found.values), found.columns
        self.name, self.missing, self.loaded = found.name, False, True

    @rx.event
    @door(needs="owner", payload=Filled)
    async def submit(self, form_data: dict[str, str | bool | None]) -> Any:
        """Queue the analysis, once; a second click on the button does nothing new."""
        me, study, key = current(), self._study, self._key
        form = as_sent(form_data)
        solution = form.get(FIELD, "")
        name = form.get("analysis_name", "")
        tool = tools().get(self.tool)
        given = filled_in(tool, form) if tool else {}
        self.errors, self.problem = {}, ""
        try:
            await rx.run_in_thread(lambda: human.require_human_to_run(me, solution))
            row = await rx.run_in_thread(
                lambda: service.submit(study, owner_id=me.owner_id, name=name, parameters=given, idempotency_key=key)
            )
        except Invalid as error:
            self.errors = dict(error.fields)
            self.problem = error.sentence if not error.fields else "Some values need your attention. Nothing was started."
            return None
        except SciflaskError as error:
            self.problem = error.sentence
            return None
        return rx.redirect(routes.analysis(row.id))

    @rx.event
    @door(needs="owner", payload=Decided, reads=True)
    async def decide(self, name: str, value: str) -> None:
        """Show the fields that count now, and no others."""
        if name in self.values:
            self.values = self.values | {name: value}


@dataclass(frozen=True)
class _Opening:
    """What the form begins with."""

    row: studies.StudyRow
    tool: Tool
    values: dict[str, Any]
    name: str
    columns: dict[str, list[str]]


def _opening(study_id: str, earlier: str, owner_id: str, role: str) -> _Opening:
    """Return the study, the values to begin with, and a name to begin with."""
    row = studies.get(study_id, owner_id=owner_id)
    tool = tools().get(row.tool)
    if tool is None:
        raise NotFound("study")
    values = {p.name: p.default_for(role) for p in tool.parameters}
    if row.is_example and tool.examples:
        values |= dict(tool.examples[0].parameters)
    name = f"{tool.title} of {row.name}"
    if earlier:
        try:
            before = service.get(earlier, owner_id=owner_id)
            values |= {key: value for key, value in before.parameters.items() if key in values}
            name = before.name
        except NotFound:
            pass
    known = service.columns_of(tool, row.id)
    offered = {p.name: _suggested(p.offered(known[p.column_of])) for p in tool.parameters if p.column_of in known}
    return _Opening(row, tool, values, name[:120], offered)


def _suggested(names: list[str]) -> list[str]:
    """Return which columns are offered while somebody types; of very many the first and the last, where those of another kind stand."""
    return names if len(names) <= MOST_OFFERED else [*names[: MOST_OFFERED // 2], *names[-MOST_OFFERED // 2 :]]


def _data_line(item: Any) -> str:
    name = f"{item.label or item.title}, {item.filename}" if item.position else item.label or item.title
    return f"{name}: {extent(item.facts) or item.filename}"
