"""The check of a study: each file by the rules of its kind, then all of them against each other."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.toolkit.findings import Finding, error, errors_in
from pipeline.toolkit.inputs import Limits
from pipeline.toolkit.tables.check import check_table
from pipeline.toolkit.tables.report import CheckReport
from pipeline.toolkit.tables.shared import shared_ids, shared_ids_findings, shared_samples_findings

if TYPE_CHECKING:
    from pipeline.toolkit.tool import Tool

SAMPLE_TABLE = "sample_table"


class CheckedFile(Protocol):
    """One file after its check, whatever its kind."""

    @property
    def findings(self) -> list[Finding]:
        """What is to be said about it."""
        ...

    @property
    def facts(self) -> dict[str, Any]:
        """What was measured."""
        ...

    @property
    def value(self) -> Any:
        """What a tool gets; None when an error stands in the way."""
        ...


def check_each(
    files: Mapping[str, Path], kinds: Mapping[str, str], limits: Limits, filenames: Mapping[str, str] | None = None
) -> dict[str, CheckedFile]:
    """Check each file by itself; its findings name its slot. ``kinds`` are the kinds of the slots that are no sample tables."""
    checked: dict[str, CheckedFile] = {}
    for slot, path in files.items():
        one = _check_one(kinds.get(slot, SAMPLE_TABLE), path, limits, (filenames or {}).get(slot, ""))
        one.findings[:] = [finding.about(slot) for finding in one.findings]
        checked[slot] = one
    return checked


def _check_one(kind: str, path: Path, limits: Limits, filename: str) -> CheckedFile:
    if kind == SAMPLE_TABLE:
        return check_table(path, limits, filename)
    from pipeline.toolkit.kinds import BY_NAME

    return BY_NAME[kind].check(path, limits, filename)


def _ids_of(checked: Mapping[str, CheckedFile]) -> dict[str, list[str]]:
    """Return the samples' ids of the tables that have any."""
    return {slot: ids for slot, one in checked.items() if (ids := getattr(one, "ids", None)) is not None}


def is_readable(checked: Mapping[str, CheckedFile]) -> bool:
    """Whether every file could be read, faulty cells or not: only then is there anything to compare."""
    return all(getattr(one, "table", None) is not None or one.value is not None for one in checked.values())


def across_files(tool: "Tool", checked: Mapping[str, CheckedFile], limits: Limits) -> list[Finding]:
    """Check the files of a study against each other.

    The rule about shared samples holds for every tool with two sample tables or more, even while cells are still faulty, unless the
    tool declares a ``check`` of its own; that one runs once the files by themselves have no error, and gets what the tool would get.
    """
    if tool.check in (None, shared_samples_findings):
        return shared_ids_findings(_ids_of(checked), limits.min_shared_samples, {slot.name: slot.title for slot in tool.inputs})
    if any(errors_in(one.findings) for one in checked.values()):
        return []
    return tool.check({slot: one.value for slot, one in checked.items()}, limits)


def report_of(checked: Mapping[str, CheckedFile], across: list[Finding]) -> CheckReport:
    """Put the parts together."""
    ids = _ids_of(checked)
    return CheckReport(
        findings=[finding for one in checked.values() for finding in one.findings] + across,
        inputs={slot: one.facts for slot, one in checked.items()},
        shared_samples=shared_ids(ids) if len(ids) > 1 else None,
    )


def kinds_of(tool: "Tool") -> dict[str, str]:
    """Return the kind of each input that is no sample table: those need neither numpy nor the tool to be refused."""
    return {slot.name: slot.kind.kind for slot in tool.inputs if slot.kind.kind != SAMPLE_TABLE}  # type: ignore[attr-defined]


def check_files(tool: "Tool", files: Mapping[str, Path], limits: Limits, filenames: Mapping[str, str] | None = None) -> CheckReport:
    """Check the files of a study for a tool: each by itself, then across. Reads local files only and changes none.

    Raises:
        OSError: If a file cannot be opened.
    """
    checked = check_each(files, kinds_of(tool), limits, filenames)
    missing = [slot for slot in tool.inputs if slot.required and slot.name not in files]
    needed = [error(f"{slot.title} is missing.", "Choose a file for it.").about(slot.name) for slot in missing]
    return report_of(checked, needed + across_files(tool, checked, limits))
