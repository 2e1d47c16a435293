"""The state of the upload wizard. Files stream to disk; nothing is saved before the person has seen the check."""

import asyncio
from dataclasses import replace
from typing import Any

import reflex as rx
from pydantic import BaseModel, ConfigDict, Field

from pipeline import tools
from pipeline.toolkit.tool import Tool
from sciflask_reflex import routes
from sciflask_reflex.errors import Invalid, SciflaskError
from sciflask_reflex.gate import current, door
from sciflask_reflex.settings import settings
from sciflask_reflex.shell.numbers import shown_bytes
from sciflask_reflex.studies import service
from sciflask_reflex.studies.rows import ReportView, SlotView, report_view

TERMS_FIRST = "Accept the terms and conditions to go on."


class SlotName(BaseModel):
    """Which input is meant."""

    slot: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")


class SlotProgress(SlotName):
    """How far the browser has sent a file."""

    model_config = ConfigDict(extra="ignore")
    progress: dict[str, Any]


class SlotRejected(SlotName):
    """Files that the browser refused to send; their names are not used."""

    files: Any = None


class SlotText(SlotName):
    """What the person calls the data of an input."""

    text: str = Field(max_length=80)


class StudyName(BaseModel):
    """What the person calls the study."""

    name: str = Field(max_length=500)


class Ticked(BaseModel):
    """Whether a box is ticked."""

    on: bool


class ToolSlug(BaseModel):
    """Which tool is meant."""

    slug: str = Field(pattern=r"^[a-z][a-z0-9-]{0,62}$")


class StudyUploadState(rx.State):
    """One study in the making."""

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
    report: ReportView = ReportView()
    errors: dict[str, str] = {}
    problem: str = ""
    _waiting_for_files: bool = False

    @rx.var
    def step(self) -> int:
        """The step that the person is at: 1 study, 2 data, 3 check, 4 save."""
        if self.checked and self.report.ok:
            return 4
        if self.checking or self.checked:
            return 3
        return 2 if any(slot.stage != "empty" for slot in self.slots.values()) else 1

    @rx.event
    @door(needs="anyone")
    async def load(self) -> None:
        """Open the wizard; what was begun in this tab is still there."""
        wanted = str(self.router.url.query_parameters.get("tool", ""))
        slug = wanted if wanted in tools() else self.tool or next(iter(tools()))
        if slug != self.tool:
            self._begin_with(slug)

    @rx.event
    @door(needs="anyone", payload=ToolSlug)
    async def choose_tool(self, slug: str) -> None:
        """Begin anew with another tool."""
        if slug in tools():
            self._begin_with(slug)

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
        """Note that a file is on its way."""
        if slot in self._known():
            self._set_slot(slot, SlotView(stage="uploading"))
            self._forget_report()

    @rx.event
    @door(needs="anyone", payload=SlotProgress, per_minute=3000)
    async def progressed(self, slot: str, progress: dict[str, Any]) -> None:
        """Show how far a file has come."""
        shown = self.slots.get(slot)
        sent = progress.get("progress")
        if shown and shown.stage == "uploading" and isinstance(sent, int | float):
            self._set_slot(slot, replace(shown, fraction=min(max(float(sent), 0.0), 1.0)))

    @rx.event
    @door(needs="anyone", payload=SlotRejected)
    async def rejected(self, slot: str, files: Any = None) -> None:
        """Say why the browser did not send a file."""
        if slot in self._known():
            self._set_slot(
                slot, SlotView(stage="failed", error=f"Choose one file of at most {settings().max_file_mib} MB: .csv, .tsv or .txt.")
            )

    @rx.event(background=True)
    @door(needs="owner")
    async def receive(self, slot: str, chunks: rx.UploadChunkIterator) -> None:
        """Write a file to disk as it arrives, then let it wait for the check."""
        owner_id = current().owner_id
        intake: service.Intake | None = None
        view = SlotView(stage="failed", error="No file arrived. Choose it again.")
        try:
            async for chunk in chunks:
                if intake is None:
                    intake = await asyncio.to_thread(service.start_upload, owner_id, chunk.filename, None)
                await asyncio.to_thread(intake.write, chunk.data)
            if intake is not None:
                row = await asyncio.to_thread(intake.finish)
                view = SlotView("ready", row.filename, shown_bytes(row.bytes), 1.0, upload_id=row.id)
        except SciflaskError as error:
            view = SlotView(stage="failed", error=error.sentence)
            _abort(intake)
        except (asyncio.CancelledError, RuntimeError, OSError):
            _abort(intake)
            view = SlotView()
        async with self:
            if slot not in self._known():
                return
            self._set_slot(slot, view)
            go_on = self._waiting_for_files and not self._uploading()
        if go_on:
            await self._check(owner_id)

    @rx.event
    @door(needs="owner", payload=SlotName)
    async def remove(self, slot: str) -> None:
        """Take a file away again."""
        shown = self.slots.get(slot)
        if shown is None:
            return
        owner_id = current().owner_id
        if shown.upload_id:
            await rx.run_in_thread(lambda: service.discard_upload(shown.upload_id, owner_id=owner_id))
        self._set_slot(slot, SlotView())
        self._forget_report()

    @rx.event(background=True)
    @door(needs="owner")
    async def check(self) -> None:
        """Check the files and show everything that is found, before anything is saved."""
        owner_id = current().owner_id
        async with self:
            if self.checking:
                return
            self.errors = self._faults()
            self.problem = ""
            if self.errors:
                return
            if self._uploading():
                self._waiting_for_files = self.checking = True
                return
        await self._check(owner_id)

    @rx.event
    @door(needs="owner")
    async def save(self) -> Any:
        """Save the study as checked, then go on to its analysis."""
        self.errors = self._faults()
        if self.report.needs_consent and not self.consent:
            self.errors = self.errors | {"consent": "Tick the box to go on with the warnings, or replace the file."}
        if self.errors or not self.report.ok:
            return None
        owner_id, wanted, labels = current().owner_id, self._uploads(), self._labels()
        tool, name, consent = self.tool, self.name, self.consent
        try:
            row = await rx.run_in_thread(
                lambda: service.create(owner_id, tool=tool, name=name, inputs=wanted, labels=labels, accept_warnings=consent)
            )
        except Invalid as error:
            self.errors, self.problem = dict(error.fields), "" if error.fields else error.sentence
            return None
        except SciflaskError as error:
            self.problem = error.sentence
            return None
        self._begin_with(self.tool)
        return rx.redirect(routes.analyse(row.id))

    async def _check(self, owner_id: str) -> None:
        """Run the check outside the state's lock."""
        async with self:
            self.checking, self.checked, self._waiting_for_files = True, False, False
            tool, wanted, labels = self.tool, self._uploads(), self._labels()
            self.errors = self._faults()
        report, problem = None, ""
        try:
            if wanted:
                report = await rx.run_in_thread(lambda: service.check(owner_id, tool, wanted, labels))
        except SciflaskError as error:
            problem = error.sentence
        async with self:
            self.checking, self.problem = False, problem
            if report is not None:
                self.report, self.checked, self.consent = report_view(report, tools()[tool]), True, False

    def _begin_with(self, slug: str) -> None:
        self.tool, self.name, self.labels = slug, "", {}
        self.slots = {slot.name: SlotView() for slot in tools()[slug].inputs}
        self.more_than_one = self.terms = False
        self.errors, self.problem = {}, ""
        self._forget_report()

    def _definition(self) -> Tool:
        return tools()[self.tool]

    def _known(self) -> set[str]:
        return {slot.name for slot in self._definition().inputs} if self.tool else set()

    def _wanted(self) -> list[str]:
        return [slot.name for slot in self._definition().inputs if slot.required or self.more_than_one]

    def _uploads(self) -> dict[str, str]:
        return {name: self.slots[name].upload_id for name in self._wanted() if self.slots[name].upload_id}

    def _labels(self) -> dict[str, str]:
        return {name: text for name, text in self.labels.items() if text and name in self._wanted()}

    def _uploading(self) -> bool:
        return any(self.slots[name].stage == "uploading" for name in self._wanted())

    def _faults(self) -> dict[str, str]:
        """Return one sentence for each field that is not filled in."""
        faults = {} if self.name else {"name": "Give the study a name, so that you find it again."}
        for slot in self._definition().inputs:
            if slot.name in self._wanted() and self.slots[slot.name].stage in ("empty", "failed"):
                faults[slot.name] = self.slots[slot.name].error or f"Choose a file for {slot.title}."
        return faults if self.terms else faults | {"terms": TERMS_FIRST}

    def _set_slot(self, slot: str, view: SlotView) -> None:
        self.slots = self.slots | {slot: view}
        self.errors = {key: text for key, text in self.errors.items() if key != slot}

    def _forget_report(self) -> None:
        self.report, self.checked, self.checking, self.consent = ReportView(), False, False, False
        self._waiting_for_files = False


def _abort(intake: service.Intake | None) -> None:
    if intake is not None:
        intake.abort()
