"""The state of the upload wizard. Files stream to disk; nothing is saved before the person has seen the check."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import reflex as rx

from pipeline import tools
from pipeline.toolkit.tables.report import CheckReport
from pipeline.toolkit.tool import Tool
from sciflask_reflex import routes
from sciflask_reflex.errors import Invalid, SciflaskError
from sciflask_reflex.gate import current, door
from sciflask_reflex.settings import settings
from sciflask_reflex.studies import arrival, service
from sciflask_reflex.studies.allowance import Allowance, allowance_of
from sciflask_reflex.studies.asking import asked_for, needed, tools_with_inputs
from sciflask_reflex.studies.line import in_line
from sciflask_reflex.studies.listed import judged
from sciflask_reflex.studies.payloads import SlotName, SlotProgress, SlotText, StudyName, Ticked, ToolSlug
from sciflask_reflex.studies.rows import ReportView, SlotView, report_view
from sciflask_reflex.studies.several_state import SeveralFiles

TERMS_FIRST = "Accept the terms and conditions to go on."
WARNINGS_FIRST = "Tick the box to go on with the warnings, or replace the file."
NOT_CHECKED = "The check could not be done. Try it again."
LOOK_SECONDS = 0.5
"""How often the page hears how far a check has come."""
NOT_SAVED = "The study could not be saved. Try it again."


class StudyUploadState(SeveralFiles, rx.State):
    """One study in the making.

    Uploads, checks and saving take a while, and the tab goes on meanwhile, even to another person. So each gets a ticket when it
    begins, and what ends without its ticket still being there is thrown away.
    """

    tool: str = ""
    name: str = ""
    labels: dict[str, str] = {}
    slots: dict[str, SlotView] = {}
    more_than_one: bool = False
    terms: bool = False
    consent: bool = False
    checking: bool = False
    saving: bool = False
    checked: bool = False
    check_part: float = 0.0
    report: ReportView = ReportView()
    errors: dict[str, str] = {}
    problem: str = ""
    allowance: Allowance = Allowance()
    _waiting_for_files: bool = False
    _uploads_under_way: dict[str, str] = {}
    _check_under_way: str = ""
    _save_under_way: str = ""

    @rx.var
    def step(self) -> int:
        """The step that the person is at: 1 study, 2 data, 3 check, 4 save."""
        if self.checked and self.report.ok:
            return 4
        if self.checking or self.checked:
            return 3
        return 2 if any(slot.stage != "empty" for slot in self.slots.values()) or any(self.files.values()) else 1

    @rx.event
    @door(needs="anyone", reads=True)
    async def load(self) -> None:
        """Open the wizard; what was begun in this tab is still there."""
        wanted = str(self.router.url.query_parameters.get("tool", ""))
        known = tools_with_inputs()
        slug = wanted if wanted in known else self.tool or next(iter(known), "")
        if slug != self.tool:
            await self._begin_anew(slug)
        me = current()
        self.allowance = await rx.run_in_thread(lambda: allowance_of(me.owner_id, me.role))

    @rx.var
    def full(self) -> str:
        """Why no study can be made of this tool now, or nothing."""
        return self.allowance.tool_faults.get(self.tool, "") or self.allowance.study_fault

    @rx.event
    @door(needs="anyone", payload=ToolSlug)
    async def choose_tool(self, slug: str) -> None:
        """Begin anew with another tool."""
        if slug in tools_with_inputs():
            await self._begin_anew(slug)

    @rx.event
    @door(needs="anyone", payload=StudyName)
    async def set_study_name(self, name: str) -> None:
        """Take the name of the study."""
        self.name = name.strip()
        self.errors = {key: text for key, text in self.errors.items() if key != "name"}

    @rx.event
    @door(needs="anyone", payload=SlotText)
    async def set_label(self, slot: str, text: str) -> None:
        """Take what the data of an input are."""
        if slot in self.slots:
            self.labels = self.labels | {slot: text.strip()}

    @rx.event
    @door(needs="anyone", payload=Ticked)
    async def set_more_than_one(self, on: bool) -> None:  # noqa: FBT001 - an event of a box
        """Offer the optional inputs, or take them away."""
        self.more_than_one = on
        self._forget_report()

    @rx.event
    @door(needs="anyone", payload=Ticked)
    async def set_terms(self, on: bool) -> None:  # noqa: FBT001 - an event of a box
        """Note whether the terms are accepted."""
        self.terms = on
        self.errors = {key: text for key, text in self.errors.items() if key != "terms"}

    @rx.event
    @door(needs="anyone", payload=Ticked)
    async def set_consent(self, on: bool) -> None:  # noqa: FBT001 - an event of a box
        """Note whether the warnings are accepted."""
        self.consent = on
        self.errors = {key: text for key, text in self.errors.items() if key != "consent"}

    @rx.event
    @door(needs="owner", payload=SlotName)
    async def begin_upload(self, slot: str) -> None:
        """Note that a file is on its way; when the file was faster than this note, do nothing."""
        if slot in self._known() and self.slots[slot].stage in ("empty", "failed"):
            self._expect(slot)

    @rx.event
    @door(needs="anyone", payload=SlotProgress, per_minute=3000)
    async def progressed(self, slot: str, progress: dict[str, Any]) -> None:
        """Show how far a file has come."""
        shown = self.slots.get(slot)
        sent = progress.get("progress")
        if shown and shown.stage == "uploading" and isinstance(sent, int | float):
            self._set_slot(slot, replace(shown, fraction=min(max(0.0, float(sent)), 1.0)))

    @rx.event
    @door(needs="anyone", payload=SlotName)
    async def rejected(self, slot: str) -> None:
        """Say why the browser did not send a file; the file itself would come along if it were asked for."""
        if slot not in self._known():
            return
        suffixes = ", ".join(next(one.kind.suffixes for one in self._definition().inputs if one.name == slot))  # type: ignore[attr-defined]
        sentence = f"Choose one file of at most {self.allowance.largest_file or settings().max_file_mib} MB: {suffixes}."
        self._turned_away = self._turned_away | {slot: sentence}
        if slot not in self._uploads_under_way and self.slots[slot].stage != "ready":
            self._set_slot(slot, SlotView(stage="failed", error=sentence))

    @rx.event(background=True)
    @door(needs="owner")
    async def receive(self, slot: str, chunks: rx.UploadChunkIterator) -> None:
        """Write a file to disk as it arrives, then let it wait for the check."""
        owner_id, ticket = current().owner_id, uuid4().hex
        async with self:
            if slot not in self._known():
                return
            before = self.slots[slot]
            if before.stage != "uploading":
                self._expect(slot)
            self._uploads_under_way = self._uploads_under_way | {slot: ticket}
        view = await arrival.store(owner_id, chunks)
        async with self:
            if wanted := self._uploads_under_way.get(slot) == ticket:
                self._forget_upload(slot)
                if view.error == arrival.NOTHING:
                    view = self._nothing_came(slot, before)
                self._set_slot(slot, view)
            go_on = wanted and self._waiting_for_files and not self._uploading()
        kept = view.upload_id if wanted else ""
        await arrival.drop(owner_id, [upload for upload in (before.upload_id, view.upload_id) if upload != kept])
        if go_on:
            await self._check(owner_id)

    @rx.event
    @door(needs="owner", payload=SlotName)
    async def remove(self, slot: str) -> None:
        """Take a file away again, or call its upload off."""
        if slot not in self._known():
            return
        await arrival.drop(current().owner_id, [self.slots[slot].upload_id])
        self._forget_upload(slot)
        self._set_slot(slot, SlotView())
        self._forget_report()

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
            async with self:
                if mine := self._save_under_way == ticket:
                    self.saving, self.errors, self.problem = False, errors, problem
                if mine and row is not None:
                    self._begin_with(self.tool)
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

    async def _begin_anew(self, slug: str) -> None:
        """Begin with another tool, without the files that were brought for the old one."""
        dropped = [slot.upload_id for slot in self.slots.values()] + [one.upload_id for files in self.files.values() for one in files]
        self._begin_with(slug)
        await arrival.drop(current().owner_id, dropped)

    def _begin_with(self, slug: str) -> None:
        self.tool, self.name, self.labels = slug, "", {}
        self.slots = {slot.name: SlotView() for slot in tools()[slug].inputs}
        self.more_than_one = self.terms = False
        self.errors, self.problem = {}, ""
        self._uploads_under_way = {}
        self._begin_lists()
        self._forget_report()

    def _definition(self) -> Tool:
        return tools()[self.tool]

    def _known(self) -> set[str]:
        return {slot.name for slot in self._definition().inputs} if self.tool in tools() else set()

    def _wanted(self) -> list[str]:
        return [slot.name for slot in asked_for(self._definition(), more=self.more_than_one)]

    def _uploads(self) -> dict[str, str | list[str]]:
        one = {name: self.slots[name].upload_id for name in self._wanted() if self.slots[name].upload_id}
        return one | {name: [one.upload_id for one in files] for name, files in self.files.items() if files and name in self._wanted()}

    def _labels(self) -> dict[str, str]:
        return {name: text for name, text in self.labels.items() if text and name in self._wanted()}

    def _uploading(self) -> bool:
        return any(self.slots[name].stage == "uploading" for name in self._wanted())

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

    def _expect(self, slot: str) -> None:
        self._set_slot(slot, SlotView(stage="uploading"))
        self._forget_report()

    def _nothing_came(self, slot: str, before: SlotView) -> SlotView:
        """Return what to show when the browser held everything back: why, and the file that was there before."""
        sentence = self._turned_away.get(slot, arrival.NOTHING)
        self._turned_away = {name: text for name, text in self._turned_away.items() if name != slot}
        return replace(before, error=sentence) if before.stage == "ready" else SlotView(stage="failed", error=sentence)

    def _forget_upload(self, slot: str) -> None:
        self._uploads_under_way = {name: ticket for name, ticket in self._uploads_under_way.items() if name != slot}

    def _set_slot(self, slot: str, view: SlotView) -> None:
        emptied = view.stage in ("empty", "failed")
        self.slots = self.slots | {slot: replace(view, turn=self.slots[slot].turn + emptied)}
        self.errors = {key: text for key, text in self.errors.items() if key != slot}

    def _forget_report(self) -> None:
        self.report = ReportView()
        self.check_part = 0.0
        self.checked = self.checking = self.saving = self.consent = self._waiting_for_files = False
        self._check_under_way = self._save_under_way = ""
        if any(one.verdict for files in self.files.values() for one in files):
            self.files = {name: [replace(one, verdict="", said="") for one in files] for name, files in self.files.items()}
