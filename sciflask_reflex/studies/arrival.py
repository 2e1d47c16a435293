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


async def drop(owner_id: str, upload_ids: Iterable[str]) -> None:
    """Delete uploads that nobody wants any more; one that is gone already is no fault."""
    for upload_id in filter(None, upload_ids):
        with suppress(NotFound):
            await rx.run_in_thread(partial(service.discard_upload, upload_id, owner_id=owner_id))
