"""A file on its way from a browser to the disk. What fails, or is called off, leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from functools import partial
from typing import Any

import reflex as rx
from starlette.formparsers import MultiPartException

from sciflask_reflex.errors import Invalid, NotFound, SciflaskError
from sciflask_reflex.shell.numbers import shown_bytes
from sciflask_reflex.studies import service
from sciflask_reflex.studies.listed import ListedFile, TurnedAway
from sciflask_reflex.studies.rows import SlotView

TORN = "The file did not arrive whole. Choose it again."
NOTHING = "No file arrived. Choose it again."
ONE_FILE = "Send one file at a time."


async def store(owner_id: str, chunks: AsyncIterator[Any]) -> SlotView:
    """Write a file piece by piece and say how it went: ready, failed with a sentence, or empty when the browser called it off."""
    begun: list[service.Intake] = []
    try:
        return await _write(owner_id, chunks, begun)
    except SciflaskError as error:
        view = SlotView(stage="failed", error=error.sentence)
    except (MultiPartException, RuntimeError, ValueError, OSError):
        view = SlotView(stage="failed", error=TORN)
    except asyncio.CancelledError:
        view = SlotView()
    for intake in begun:
        await rx.run_in_thread(intake.abort)
    return view


async def _write(owner_id: str, chunks: AsyncIterator[Any], begun: list[service.Intake]) -> SlotView:
    async for chunk in chunks:
        if not begun:
            begun.append(await rx.run_in_thread(partial(service.start_upload, owner_id, chunk.filename, None)))
        elif chunk.offset == 0:
            raise Invalid(ONE_FILE)
        await rx.run_in_thread(partial(begun[0].write, chunk.data))
    if not begun:
        return SlotView(stage="failed", error=NOTHING)
    row = await rx.run_in_thread(begun[0].finish)
    return SlotView("ready", row.filename, shown_bytes(row.bytes), 1.0, upload_id=row.id)


class _One:
    """One of several files that arrive in one upload."""

    def __init__(self, owner_id: str, filename: str, fault: str = "") -> None:
        self._owner_id, self._filename, self._fault = owner_id, filename, fault
        self._intake: service.Intake | None = None

    async def write(self, data: bytes) -> None:
        """Add a piece; of a file that was turned away, what follows is passed over."""
        if self._fault:
            return
        try:
            intake = self._intake or await rx.run_in_thread(partial(service.start_upload, self._owner_id, self._filename, None))
            self._intake = intake
            await rx.run_in_thread(partial(intake.write, data))
        except SciflaskError as error:
            await self.abort(error.sentence)

    async def end(self) -> ListedFile | TurnedAway:
        """Make the file durable, and say what became of it."""
        if self._intake is not None and not self._fault:
            try:
                row = await rx.run_in_thread(self._intake.finish)
            except SciflaskError as error:
                await self.abort(error.sentence)
            else:
                return ListedFile(row.id, row.filename, row.bytes, shown_bytes(row.bytes))
        return TurnedAway(self._filename, self._fault or TORN)

    async def abort(self, fault: str = TORN) -> None:
        """Take it back."""
        self._fault = fault
        if self._intake is not None:
            await rx.run_in_thread(self._intake.abort)


async def store_each(owner_id: str, chunks: AsyncIterator[Any], room: int, full: str) -> AsyncIterator[ListedFile | TurnedAway]:
    """Write several files piece by piece, one after another; yield each as soon as it is whole, or turned away.

    For more files than there is ``room``, the sentence ``full`` says so. What fails, or is called off, leaves nothing behind.
    """
    one: _One | None = None
    begun = 0
    try:
        async for chunk in chunks:
            if one is None or chunk.offset == 0:
                if one is not None:
                    yield await one.end()
                begun += 1
                one = _One(owner_id, chunk.filename, full if begun > room else "")
            await one.write(chunk.data)
        if one is not None:
            yield await one.end()
    except (MultiPartException, RuntimeError, ValueError, OSError):
        one = one or _One(owner_id, "")
        await one.abort()
        yield await one.end()
    except asyncio.CancelledError:
        if one is not None:
            await one.abort()


async def drop(owner_id: str, upload_ids: Iterable[str]) -> None:
    """Delete uploads that nobody wants any more; one that is gone already is no fault."""
    for upload_id in filter(None, upload_ids):
        with suppress(NotFound):
            await rx.run_in_thread(partial(service.discard_upload, upload_id, owner_id=owner_id))
