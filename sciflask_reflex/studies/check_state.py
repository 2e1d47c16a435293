"""The part of the wizard's state that checks a study and saves it: nothing is saved before the person has seen the check."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any
from uuid import uuid4

import reflex as rx

from pipeline import tools
from pipeline.toolkit.tables.report import CheckReport
from pipeline.toolkit.tool import InputSlot
from sciflask_reflex import routes
from sciflask_reflex.errors import Invalid, SciflaskError
from sciflask_reflex.gate import current, door
from sciflask_reflex.studies import arrival, service
from sciflask_reflex.studies.asking import asked_for, needed
from sciflask_reflex.studies.draft_state import Draft
from sciflask_reflex.studies.line import in_line
from sciflask_reflex.studies.listed import judged
from sciflask_reflex.studies.payloads import Ticked
from sciflask_reflex.studies.rows import report_view

TERMS_FIRST = "Accept the terms and conditions to go on."
WARNINGS_FIRST = "Tick the box to go on with the warnings, or replace the file."
NOT_CHECKED = "The check could not be done. Try it again."
NOT_SAVED = "The study could not be saved. Try it again."
LOOK_SECONDS = 0.5
"""How often the page hears how far a check has come."""


class CheckAndSave(Draft, mixin=True):
    """The end of the wizard."""

    @rx.event
    @door(needs="anyone", payload=Ticked)
    async def set_consent(self, on: bool) -> None:  # noqa: FBT001 - an event of a box
        """Note whether the warnings are accepted."""
        self.consent = on
        self._forgive("consent")

    @rx.event(background=True)
    @door(needs="owner")
    async def check(self) -> None:
        """Check the files and show everything that is found, before anything is saved."""
        owner_id = current().owner_id
        async with self:
            if self.checking or self.saving or self.tool not in tools():
                return
            self.errors = self._faults()
            self.problem = ""
            if self.errors:
                return
            if self._uploading():
                self._waiting_for_files = self.checking = True
                return
        await self._check(owner_id)

    @rx.event(background=True)
    @door(needs="owner")
    async def save(self) -> Any:
        """Save the study as checked, then go on to its analysis; a second click does nothing new."""
        owner_id, ticket = current().owner_id, uuid4().hex
        async with self:
            if self.saving or not self.report.ok:
                return None
            self.errors, self.problem = self._faults(), ""
            if self.report.needs_consent and not self.consent:
                self.errors = self.errors | {"consent": WARNINGS_FIRST}
            if self.errors:
                return None
            self.saving, self._save_under_way = True, ticket
            order = {
                "tool": self.tool,
                "name": self.name,
                "inputs": self._uploads(),
                "labels": self._labels(),
                "accept_warnings": self.consent,
            }
        row, errors, problem = None, {}, NOT_SAVED
        try:
            row = await in_line(owner_id, lambda: service.create(owner_id, **order))
        except Invalid as error:
            errors, problem = dict(error.fields), "" if error.fields else error.sentence
        except SciflaskError as error:
            problem = error.sentence
        finally:
            came_late: list[str] = []
            async with self:
                if mine := self._save_under_way == ticket:
                    self.saving, self.errors, self.problem = False, errors, problem
                if mine and row is not None:
                    came_late = self._brought()
                    self._begin_with(self.tool)
        await arrival.drop(owner_id, came_late)
        return rx.redirect(routes.analyse(row.id)) if mine and row is not None else None

    async def _check(self, owner_id: str) -> None:
        """Run the check outside the state's lock."""
        ticket = uuid4().hex
        async with self:
            self.checking, self.checked, self._waiting_for_files, self._check_under_way = True, False, False, ticket
            self.check_part = 0.0
            tool, wanted, labels = self.tool, self._uploads(), self._labels()
            self.errors = self._faults()
            if self.errors:
                self._forget_report()
                return
        report, problem = None, NOT_CHECKED
        heard = [0.0]
        work = in_line(owner_id, lambda: service.check(owner_id, tool, wanted, labels, heard.append))
        try:
            report, problem = await self._watched(work, heard, ticket), ""
        except SciflaskError as error:
            problem = error.sentence
        finally:
            async with self:
                if self._check_under_way == ticket:
                    self._forget_report()
                    self.problem = problem
                    if report is not None:
                        self.report, self.checked = report_view(report, tools()[tool]), True
                        self.files = {name: judged(files, name, report) for name, files in self.files.items()}

    async def _watched(self, work: Coroutine[Any, Any, CheckReport], heard: Sequence[float], ticket: str) -> CheckReport:
        """Wait for a check and show how far it has come."""
        task = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait({task}, timeout=LOOK_SECONDS))[0]:
                async with self:
                    if self._check_under_way == ticket and heard[-1] > self.check_part:
                        self.check_part = heard[-1]
            return task.result()
        finally:
            task.cancel()

    def _faults(self) -> dict[str, str]:
        """Return one sentence for each field that is not filled in."""
        faults = {} if self.name else {"name": "Give the study a name, so that you find it again."}
        must = needed(self._definition(), more=self.more_than_one)
        for slot in asked_for(self._definition(), more=self.more_than_one):
            shown = self.slots[slot.name]
            if slot.repeated:
                if fault := shown.error or self._miscounted(slot, slot in must, shown.stage):
                    faults[slot.name] = fault
            elif shown.error or (slot in must and shown.stage in ("empty", "failed")):
                faults[slot.name] = shown.error or f"Choose a file for {slot.title}."
        if not must and not self._uploads() and not self._uploading():
            faults |= {self._wanted()[0]: "Choose a file, here or below."}
        return faults if self.terms else faults | {"terms": TERMS_FIRST}

    def _miscounted(self, slot: InputSlot, needed: bool, stage: str) -> str:  # noqa: FBT001 - asked once
        """Say that an input has too few or too many files; while some are on their way, nobody knows yet."""
        count = len(self.files[slot.name])
        if stage == "uploading" or (not count and not needed):
            return ""
        return slot.count_fault(count) if count else f"Choose files for {slot.title}: {slot.takes}."
