"""What one run may use: the tool's own class, within the limits of the site."""

from dataclasses import dataclass

from pipeline import tools
from sciflask_reflex.settings import settings

LIBRARIES_MIB = 1_536
"""Address space that Python and its libraries take without using it as memory; a tool's class speaks of memory."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of one run."""

    seconds: int
    memory_mib: int
    output_mib: int

    @property
    def time_in_words(self) -> str:
        """The time, as people say it."""
        return f"{self.seconds // 60} minutes" if self.seconds >= 120 else f"{self.seconds} seconds"


def bounds_of(slug: str) -> Bounds:
    """Return the limits of a run of a tool; of one that is not known, the site's."""
    site, tool = settings(), tools().get(slug)
    seconds = tool.resources.seconds if tool else None
    memory = tool.resources.memory_mib if tool else None
    return Bounds(
        seconds=min(site.job_seconds, seconds or site.job_seconds),
        memory_mib=min(site.job_memory_mib, memory + LIBRARIES_MIB if memory else site.job_memory_mib),
        output_mib=site.job_output_mib,
    )
