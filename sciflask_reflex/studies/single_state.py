"""The part of the wizard's state that takes the file of an input: streamed to disk, replaced, removed."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import reflex as rx

from sciflask_reflex.gate import current, door
from sciflask_reflex.settings import settings
from sciflask_reflex.studies import arrival
from sciflask_reflex.studies.check_state import CheckAndSave
from sciflask_reflex.studies.payloads import SlotName, SlotProgress
from sciflask_reflex.studies.rows import SlotView


class SingleFile(CheckAndSave, mixin=True):
    """Files of inputs that take one, and how far any file has come."""

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

    def _nothing_came(self, slot: str, before: SlotView) -> SlotView:
        """Return what to show when the browser held everything back: why, and the file that was there before."""
        sentence = self._turned_away.get(slot, arrival.NOTHING)
        self._turned_away = {name: text for name, text in self._turned_away.items() if name != slot}
        return replace(before, error=sentence) if before.stage == "ready" else SlotView(stage="failed", error=sentence)
