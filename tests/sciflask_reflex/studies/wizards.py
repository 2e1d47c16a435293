"""What tests of the upload wizard share: the check's child, uploads as they come, and waiting for what has to happen."""

import asyncio
import json
from itertools import groupby
from threading import Event as Flag

import anyio.to_thread
import pytest
import reflex as rx

from pipeline.toolkit.checking import check
from pipeline.toolkit.tables.report import CheckReport
from sciflask_reflex.studies.state import StudyUploadState

NAME = StudyUploadState.get_full_name()
GOOD = b"id,a,b\ns1,1,2\ns2,3,5\ns3,4,4\n"
OTHER = b"id,c,d\ns1,9,2\ns2,3,1\ns3,4,7\n"
CONSTANT = b"id,a,b,c\ns1,1,2,7\ns2,3,5,7\ns3,4,4,7\n"
BROKEN = b"id,a,b\ns1,1,2\ns1,3,5\ns3,4,4\n"


class Child:
    """The limited child process of the check, run right here; can be told to wait, or to fail."""

    def __init__(self):
        self.runs, self.entered, self.go_on, self.fault, self.tell = 0, Flag(), Flag(), None, None
        self.go_on.set()

    def __call__(self, order, tell=None):
        self.runs += 1
        self.tell = tell
        self.entered.set()
        assert self.go_on.wait(20)
        if self.fault:
            raise self.fault
        return CheckReport.from_dict(check(json.loads(order)))

    def wait(self):
        self.go_on.clear()


async def chunks_of(*pieces, finished=True):
    """Return a stream as the upload address makes it: each file begins at 0. Pieces of one name with a third value are of one file."""
    chunks = rx.UploadChunkIterator(maxsize=1_000)
    for _, parts in groupby(enumerate(pieces), key=lambda item: item[1][0] if len(item[1]) == 3 else item[0]):
        offset = 0
        for _, (filename, data, *_rest) in parts:
            await chunks.push(rx.UploadChunk(filename=filename, offset=offset, content_type="text/csv", data=data))
            offset += len(data)
    if finished:
        await chunks.finish()
    return chunks


async def state_of(tab):
    return await tab.state(StudyUploadState)


async def until(flag):
    assert await anyio.to_thread.run_sync(flag.wait, 20)


async def turns(condition):
    """Let the loop go round until something holds; what never holds fails."""
    for _ in range(20_000):
        if await condition():
            return
        await asyncio.sleep(0.001)
    pytest.fail("it never came to that")


async def send_file(tab, content=GOOD, slot="dataset1", filename="a.csv"):
    await tab.send(f"{NAME}.receive", slot=slot, chunks=await chunks_of((filename, content)))


async def stage_of(tab, slot="dataset1"):
    return (await state_of(tab)).slots[slot].stage


async def is_at(tab, stage):
    return await stage_of(tab) == stage


async def answered(sending):
    return sending.done()
