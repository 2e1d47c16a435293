"""The part of the wizard's state that keeps the files of inputs that take several: listed, moved, replaced, removed."""

from uuid import uuid4

import reflex as rx

from pipeline import tools
from pipeline.toolkit.filelist import MOST_FILES
from pipeline.toolkit.tool import InputSlot
from sciflask_reflex.gate import current, door
from sciflask_reflex.settings import settings
from sciflask_reflex.studies import arrival
from sciflask_reflex.studies.check_state import CheckAndSave
from sciflask_reflex.studies.listed import ListedFile, TurnedAway, counted, moved, turned_away, with_file, without
from sciflask_reflex.studies.payloads import ListedName, ListedStep, SlotName
from sciflask_reflex.studies.rows import SlotView


class SeveralFiles(CheckAndSave, mixin=True):
    """Lists of files, by input. Files are named by their uploads, so that a click that comes late never means another file."""

    @rx.event(background=True)
    @door(needs="owner", files=MOST_FILES)
    async def receive_several(self, slot: str, chunks: rx.UploadChunkIterator) -> None:
        """Write files to disk as they arrive, one after another, and list each as soon as it is whole."""
        owner_id, ticket = current().owner_id, uuid4().hex
        async with self:
            wanted = self._repeated(slot)
            if wanted is None:
                return
            if self.slots[slot].stage != "uploading":
                self._expect(slot)
            self._uploads_under_way = self._uploads_under_way | {slot: ticket}
            room = wanted.at_most - len(self.files[slot]) + (slot in self.replacing)
        faults: list[TurnedAway] = []
        arrived = 0
        async for one in arrival.store_each(owner_id, chunks, room, f"{wanted.title} takes {wanted.takes}."):
            arrived += 1
            dropped = ""
            if isinstance(one, TurnedAway):
                faults.append(one)
                continue
            async with self:
                still = self._uploads_under_way.get(slot) == ticket
                dropped = self._take_in(slot, one) if still else one.upload_id
            await arrival.drop(owner_id, [dropped])
        async with self:
            if still := self._uploads_under_way.get(slot) == ticket:
                self._forget_upload(slot)
                error = " ".join(filter(None, (turned_away(faults), self._turned_away.get(slot, ""))))
                error = error if error or arrived else arrival.NOTHING
                self._set_slot(slot, SlotView(stage="failed" if error else "empty", error=error))
            go_on = still and self._waiting_for_files and not self._uploading()
        if go_on:
            await self._check(owner_id)

    @rx.event
    @door(needs="anyone", payload=SlotName)
    async def rejected_several(self, slot: str) -> None:
        """Say that the browser did not send some files; the files themselves would come along if they were asked for."""
        wanted = self._repeated(slot)
        if wanted is None:
            return
        suffixes = ", ".join(wanted.kind.suffixes)  # type: ignore[attr-defined]
        sentence = (
            f"Some files were not sent. Choose files of at most {self.allowance.largest_file or settings().max_file_mib} MB: {suffixes}."
        )
        self._turned_away = self._turned_away | {slot: sentence}
        if slot not in self._uploads_under_way and self.slots[slot].stage != "uploading":
            self._set_slot(slot, SlotView(stage="failed", error=sentence))

    @rx.event
    @door(needs="owner", payload=SlotName)
    async def stop_several(self, slot: str) -> None:
        """Call an upload off; what has arrived stays."""
        if self._repeated(slot) is not None:
            self._forget_upload(slot)
            self._set_slot(slot, SlotView())
            self._waiting_for_files = self.checking = False

    @rx.event
    @door(needs="owner", payload=SlotName)
    async def go_on_without(self, slot: str) -> None:
        """Go on without the files that were not taken."""
        if self._repeated(slot) is not None and slot not in self._uploads_under_way:
            self._turned_away = {name: text for name, text in self._turned_away.items() if name != slot}
            self._set_slot(slot, SlotView())

    @rx.event
    @door(needs="owner", payload=ListedName)
    async def take_out(self, slot: str, upload_id: str) -> None:
        """Remove one file of an input."""
        if (one := self._listed(slot, upload_id)) is None:
            return
        await arrival.drop(current().owner_id, [upload_id])
        if self.replacing.get(slot) == one:
            self._keep_all(slot)
        self._list(slot, without(self.files[slot], upload_id))
        self.told, self.focus = f"{one.filename} was removed.", f"add-{slot}"

    @rx.event
    @door(needs="owner", payload=ListedStep)
    async def move(self, slot: str, upload_id: str, step: int) -> None:
        """Move one file of an input up (-1) or down (1)."""
        if (one := self._listed(slot, upload_id)) is None:
            return
        files, place = moved(self.files[slot], upload_id, step)
        self._list(slot, files)
        self.told = f"{one.filename} is now file {place} of {len(files)}."
        self.focus = f"{'up' if step < 0 else 'down'}-{upload_id}"

    @rx.event
    @door(needs="owner", payload=ListedName)
    async def replace_next(self, slot: str, upload_id: str) -> None:
        """Let the next file take the place of this one; of the same one again, let it not."""
        if (one := self._listed(slot, upload_id)) is None:
            return
        if self.replacing.get(slot) == one:
            self._keep_all(slot)
        else:
            self.replacing = self.replacing | {slot: one}
            self.told, self.focus = f"Choose the file that takes the place of {one.filename}.", f"add-{slot}"

    def _repeated(self, slot: str) -> InputSlot | None:
        """Return the definition of an input that takes several files; None for any other."""
        known = tools()[self.tool].inputs if self.tool in tools() else ()
        return next((one for one in known if one.name == slot and one.repeated), None)

    def _listed(self, slot: str, upload_id: str) -> ListedFile | None:
        return next((one for one in self.files.get(slot, []) if one.upload_id == upload_id), None)

    def _take_in(self, slot: str, new: ListedFile) -> str:
        """List a file that arrived; return the upload that it replaces."""
        old = self.replacing.get(slot)
        files, replaced = with_file(self.files[slot], new, old.upload_id if old else "")
        self._keep_all(slot)
        self._list(slot, files)
        return replaced

    def _keep_all(self, slot: str) -> None:
        self.replacing = {name: one for name, one in self.replacing.items() if name != slot}

    def _list(self, slot: str, files: list[ListedFile]) -> None:
        """Show other files, or another order: what the check said holds no longer."""
        self.files = self.files | {slot: files}
        self.counts = self.counts | {slot: counted(self._repeated(slot), files)}  # type: ignore[arg-type]
        self._forgive(slot)
        self._forget_report()
