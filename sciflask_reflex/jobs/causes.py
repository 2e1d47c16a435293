"""Why an analysis can fail, each with a sentence for the person who asked for it."""

from enum import StrEnum

from pipeline import tools
from sciflask_reflex.jobs.bounds import Bounds


class Cause(StrEnum):
    """Why an analysis failed."""

    TOOL = "tool"
    CRASH = "crash"
    MEMORY = "memory"
    WALLTIME = "walltime"
    CPU = "cpu"
    INPUT = "input"
    OUTPUT = "output"
    INTERNAL = "internal"


CRASHED = "The analysis stopped without a word each time it was tried. The people who run this site can see the details."
INPUT_DAMAGED = "An input file of this study is damaged or missing on the server, so nothing was computed. Upload the files again."
INTERNAL = "Something went wrong inside the tool that was not foreseen. The people who run this site can see the details."
TOOL_GONE = "The tool of this study is no longer installed on this site."


def sentence(cause: Cause, limits: Bounds, slug: str) -> str:
    """Return what a person is told when an analysis ran into a limit, or broke: with what to try, in the words of its tool."""
    tool = tools().get(slug)
    relief = tool.relief if tool else "Try other parameters."
    hours = limits.time_in_words
    return {
        Cause.MEMORY: f"The analysis needed more than the {limits.memory_mib} MiB of memory that it may use. {relief}",
        Cause.WALLTIME: f"The analysis took longer than the {hours} that it may take. {relief}",
        Cause.CPU: f"The analysis used more computing time than fits into {hours}. {relief}",
        Cause.OUTPUT: f"The analysis wrote more than the {limits.output_mib} MiB that it may write, or than was free on the disk. {relief}",
        Cause.INPUT: INPUT_DAMAGED,
        Cause.CRASH: CRASHED,
    }.get(cause, INTERNAL)
