"""The state of the upload wizard: what a study is called, which tool it is for, and which data it has."""

import reflex as rx

from sciflask_reflex.gate import current, door
from sciflask_reflex.studies import arrival
from sciflask_reflex.studies.allowance import allowance_of
from sciflask_reflex.studies.asking import tools_with_inputs
from sciflask_reflex.studies.payloads import SlotText, StudyName, Ticked, ToolSlug
from sciflask_reflex.studies.several_state import SeveralFiles
from sciflask_reflex.studies.single_state import SingleFile


class StudyUploadState(SingleFile, SeveralFiles, rx.State):
    """The wizard. Files stream to disk; nothing is saved before the person has seen the check."""

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
        """Begin anew with another tool; while a study is being saved, its end comes first."""
        if slug in tools_with_inputs() and not self.saving:
            await self._begin_anew(slug)

    @rx.event
    @door(needs="anyone", payload=StudyName)
    async def set_study_name(self, name: str) -> None:
        """Take the name of the study."""
        self.name = name.strip()
        self._forgive("name")

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
        self._forgive("terms")

    async def _begin_anew(self, slug: str) -> None:
        """Begin with another tool, without the files that were brought for the old one."""
        dropped = self._brought()
        self._begin_with(slug)
        await arrival.drop(current().owner_id, dropped)
