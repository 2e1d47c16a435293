"""What the wizard keeps of a study in the making, and how it changes; the doors to it are in the files beside this one."""

from dataclasses import replace

import reflex as rx

from pipeline import tools
from pipeline.toolkit.tool import Tool
from sciflask_reflex.studies.allowance import Allowance
from sciflask_reflex.studies.asking import asked_for
from sciflask_reflex.studies.listed import ListedFile, counted
from sciflask_reflex.studies.rows import ReportView, SlotView


class Draft(rx.State, mixin=True):
    """One study in the making.

    Uploads, checks and saving take a while, and the tab goes on meanwhile, even to another person. So each gets a ticket when it
    begins, and what ends without its ticket still being there is thrown away.
    """

    tool: str = ""
    name: str = ""
    labels: dict[str, str] = {}
    slots: dict[str, SlotView] = {}
    files: dict[str, list[ListedFile]] = {}
    """The files of the inputs that take several."""
    counts: dict[str, str] = {}
    """How many files each input has, in words."""
    replacing: dict[str, ListedFile] = {}
    """The file whose place the next one takes, by input."""
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
    told: str = ""
    """What was moved or removed last, for those who do not see it."""
    focus: str = ""
    """The control that has the focus after a move."""
    _waiting_for_files: bool = False
    _turned_away: dict[str, str] = {}
    _uploads_under_way: dict[str, str] = {}
    _check_under_way: str = ""
    _save_under_way: str = ""

    def _begin_with(self, slug: str) -> None:
        """Forget everything, and begin with a tool."""
        self.tool, self.name, self.labels = slug, "", {}
        inputs = tools()[slug].inputs
        self.slots = {slot.name: SlotView() for slot in inputs}
        self.files = {slot.name: [] for slot in inputs if slot.repeated}
        self.counts = {slot.name: counted(slot, []) for slot in inputs if slot.repeated}
        self.replacing, self._turned_away, self.told, self.focus = {}, {}, "", ""
        self.more_than_one = self.terms = self.saving = False
        self.errors, self.problem = {}, ""
        self._uploads_under_way, self._save_under_way = {}, ""
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

    def _brought(self) -> list[str]:
        """Return every upload, wanted or not."""
        return [slot.upload_id for slot in self.slots.values()] + [one.upload_id for files in self.files.values() for one in files]

    def _labels(self) -> dict[str, str]:
        return {name: text for name, text in self.labels.items() if text and name in self._wanted()}

    def _uploading(self) -> bool:
        return any(self.slots[name].stage == "uploading" for name in self._wanted())

    def _expect(self, slot: str) -> None:
        self._set_slot(slot, SlotView(stage="uploading"))
        self._forget_report()

    def _forget_upload(self, slot: str) -> None:
        self._uploads_under_way = {name: ticket for name, ticket in self._uploads_under_way.items() if name != slot}

    def _set_slot(self, slot: str, view: SlotView) -> None:
        emptied = view.stage in ("empty", "failed")
        self.slots = self.slots | {slot: replace(view, turn=self.slots[slot].turn + emptied)}
        self._forgive(slot)

    def _forgive(self, field: str) -> None:
        """Take away what was wrong with a field."""
        self.errors = {key: text for key, text in self.errors.items() if key != field}

    def _forget_report(self) -> None:
        """What the check said holds no longer. A study that is being saved is saved as it was checked."""
        self.report = ReportView()
        self.check_part = 0.0
        self.checked = self.checking = self.consent = self._waiting_for_files = False
        self._check_under_way = ""
        if any(one.verdict for files in self.files.values() for one in files):
            self.files = {name: [replace(one, verdict="", said="") for one in files] for name, files in self.files.items()}
