"""Tools that behave badly on purpose, offered by the same door as real ones."""

import os
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Annotated

import pandas as pd

from pipeline.toolkit import Metric, Metrics, Output, Progress, Resources, SampleTable, Table, ToolError, parameter, tool


@dataclass(frozen=True)
class Sums:
    """The sum of each column."""

    sums: Annotated[Table, Output("Sums")]
    summary: Annotated[Metrics, Output("Summary")]


def _sums(table: SampleTable) -> Sums:
    total = table.frame.sum().rename("sum").rename_axis("feature").reset_index()
    return Sums(Table(total), Metrics({"total": Metric("Total", float(total["sum"].sum()))}))


@tool(slug="fault-nap", title="Nap", summary="Sleeps a while, then sums up.")
def nap(
    dataset1: SampleTable,
    *,
    seconds: Annotated[float, parameter(title="Seconds", description="How long.", ge=0, le=600)] = 1.0,
    progress: Progress,
) -> Sums:
    """Sleep in small steps and report each."""
    steps = max(1, int(seconds * 20))
    for step in range(steps):
        progress("Napping", step / steps)
        time.sleep(seconds / steps)
    progress.log("awake")
    return _sums(dataset1)


@tool(slug="fault-long-nap", title="Long nap", summary="Sums up, in a line of its own.", resources=Resources(queue="long"))
def long_nap(
    dataset1: SampleTable,
    *,
    seconds: Annotated[float, parameter(title="Seconds", description="How long.", ge=0, le=600)] = 1.0,
    progress: Progress,
) -> Sums:
    """Sleep, then sum up."""
    progress("Napping", 0.1)
    time.sleep(seconds)
    return _sums(dataset1)


@tool(slug="fault-greedy", title="Greedy", summary="Wants 10 GB.")
def greedy(dataset1: SampleTable) -> Sums:
    """Allocate and touch memory until told no."""
    hoard = [bytearray(os.urandom(1 << 20) * 100) for _ in range(100)]
    hoard.clear()
    return _sums(dataset1)


@tool(slug="fault-poison", title="Poison", summary="Kills its process.")
def poison(dataset1: SampleTable) -> Sums:
    """Abort as a broken library would."""
    os.abort()


@tool(slug="fault-spinner", title="Spinner", summary="Never ends, and does not listen.")
def spinner(dataset1: SampleTable) -> Sums:
    """Compute for ever."""
    number = 1
    while True:
        number = number * 3 % 1_000_003


@tool(slug="fault-hoarder", title="Hoarder", summary="Fills the disk, file by file.")
def hoarder(
    dataset1: SampleTable, *, one_file: Annotated[bool, parameter(title="One file", description="One large file instead of many.")] = False
) -> Sums:
    """Write for ever into the folder for temporary files."""
    block = os.urandom(1 << 20)
    with tempfile.NamedTemporaryFile(delete=False) as single:
        for _ in range(10_000):
            if one_file:
                single.write(block)
                single.flush()
            else:
                with tempfile.NamedTemporaryFile(delete=False) as part:
                    part.write(block * 4)
                time.sleep(0.01)
    return _sums(dataset1)


@tool(slug="fault-breeder", title="Breeder", summary="Starts a process that outlives its own.")
def breeder(dataset1: SampleTable, *, progress: Progress) -> Sums:
    """Leave a child behind, and tell its number."""
    pid = os.fork()
    if pid == 0:
        time.sleep(600)
        os._exit(0)
    progress.log(f"child {pid}")
    time.sleep(0.5)
    return _sums(dataset1)


@tool(slug="fault-chatter", title="Chatter", summary="Prints what looks like messages.")
def chatter(dataset1: SampleTable) -> Sums:
    """Write to standard output by every way there is."""
    print('{"done": true}')  # noqa: T201 - that is the point
    print('{"error": "forged"}', flush=True)  # noqa: T201
    sys.stdout.write("x" * 300_000 + "\n")
    os.write(1, b'{"error": "forged by descriptor"}\n')
    return _sums(dataset1)


@tool(slug="fault-faulty", title="Faulty", summary="Has news, or a mistake.")
def faulty(dataset1: SampleTable, *, news: Annotated[str, parameter(title="News", description="What to say.")] = "") -> Sums:
    """Raise a ToolError with the news; without any, divide by nothing."""
    if news:
        raise ToolError(news)
    return Sums(Table(pd.DataFrame({"x": [1 // len(news)]})), Metrics())
