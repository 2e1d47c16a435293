"""What a person may keep and use, and how much of it is used: as the pages say it."""

from dataclasses import dataclass, field

from pipeline import tools
from sciflask_reflex import quotas
from sciflask_reflex.db import reading
from sciflask_reflex.settings import MIB, settings
from sciflask_reflex.shell.numbers import shown_mib


@dataclass(frozen=True, slots=True)
class Allowance:
    """Limits and use, in words. A fault is a sentence that says why nothing more can be made; empty when something can."""

    studies: str = ""
    analyses: str = ""
    space: str = ""
    space_fraction: float = 0.0
    has_space_limit: bool = False
    largest_file: int = 0
    """Size in MiB that one file may have: the site's limit, or all the space of somebody who has less; 0 before it is known."""
    jobs: str = ""
    studies_left: str = ""
    analyses_left: str = ""
    study_fault: str = ""
    analysis_fault: str = ""
    tool_faults: dict[str, str] = field(default_factory=dict)
    """For each tool that is not open to this person, why."""


def allowance_of(owner_id: str, role: str) -> Allowance:
    """Return what an owner may and has; nobody yet is a guest who has nothing."""
    with reading() as session:
        limits, usage = quotas.limits_of(session, role), quotas.usage_of(session, owner_id)
    faults = {slug: fault for slug in tools() if (fault := quotas.tool_fault(limits, slug, role))}
    space = f"{shown_mib(usage.bytes)} used"
    if limits.max_mib is not None:
        space = f"{shown_mib(usage.bytes)} of {shown_mib(limits.max_mib * MIB)} used"
    return Allowance(
        studies=_pair(usage.studies, limits.max_studies, usage.studies_made, limits.max_studies_total),
        analyses=_pair(usage.analyses, limits.max_analyses, usage.analyses_made, limits.max_analyses_total),
        space=space,
        space_fraction=min(1.0, usage.bytes / (limits.max_mib * MIB)) if limits.max_mib else 0.0,
        has_space_limit=limits.max_mib is not None,
        largest_file=min(settings().max_file_mib, limits.max_mib or settings().max_file_mib),
        jobs=f"Running: {_of(usage.running, limits.max_running)} · Waiting: {_of(usage.queued, limits.max_queued)}",
        studies_left=_left("study", "studies", (usage.studies, limits.max_studies), (usage.studies_made, limits.max_studies_total), space),
        analyses_left=_left(
            "analysis", "analyses", (usage.analyses, limits.max_analyses), (usage.analyses_made, limits.max_analyses_total), space
        ),
        study_fault=quotas.study_fault(limits, usage, role) or quotas.bytes_fault(limits, usage, 1, role),
        analysis_fault=quotas.analysis_fault(limits, usage, role),
        tool_faults=faults,
    )


def _of(number: int, most: int | None) -> str:
    return f"{number:,}" if most is None else f"{number:,} / {most:,}"


def _pair(kept: int, most_kept: int | None, made: int, most_made: int | None) -> str:
    return f"Active: {_of(kept, most_kept)} · Total: {_of(made, most_made)}"


def _left(one: str, many: str, kept: tuple[int, int | None], made: tuple[int, int | None], space: str) -> str:
    """Say how many more there may be; the nearer of the two limits counts."""
    rest = [max(0, most - number) for number, most in (kept, made) if most is not None]
    if not rest:
        return f"{space}."
    return f"You may make {quotas.counted(min(rest), f'more {one}', f'more {many}')}. {space}."
