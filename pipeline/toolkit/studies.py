"""The check of a study: each file by the rules of its kind, then all of them against each other."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.toolkit.findings import Finding, error, errors_in, note
from pipeline.toolkit.inputs import Limits
from pipeline.toolkit.places import counts, gathered, position_of, slot_of, spread
from pipeline.toolkit.tables.check import check_table
from pipeline.toolkit.tables.report import CheckReport
from pipeline.toolkit.tables.shared import shared_ids, shared_ids_findings, shared_samples_findings
from pipeline.toolkit.tables.source import Tell
from pipeline.toolkit.tables.wording import quoted

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
    files: Mapping[str, Path],
    kinds: Mapping[str, str],
    limits: Limits,
    filenames: Mapping[str, str] | None = None,
    words: Collection[str] = (),
    tell: Tell | None = None,
) -> dict[str, CheckedFile]:
    """Check each file by itself, by place; its findings name its input and the file.

    ``kinds`` are the kinds of the inputs that are no sample tables, ``words`` the tables whose columns of words are asked for.
    ``tell`` hears how much of all files lies behind.
    """
    checked: dict[str, CheckedFile] = {}
    spans = _spans(files, tell)
    for place, path in files.items():
        slot, called = slot_of(place), (filenames or {}).get(place, "")
        one = _check_one(kinds.get(slot, SAMPLE_TABLE), path, limits, called, words=slot in words, tell=spans.get(place))
        one.findings[:] = [finding.about(slot, called, position_of(place)) for finding in one.findings]
        checked[place] = one
    return checked


def _spans(files: Mapping[str, Path], tell: Tell | None) -> dict[str, Tell]:
    """Return for each file what it tells its own progress to: one part of the whole, as large as the file."""
    if tell is None:
        return {}
    sizes = {place: path.stat().st_size for place, path in files.items()}
    whole, before, spans = max(1, sum(sizes.values())), 0, dict[str, Tell]()
    for place, size in sizes.items():
        spans[place] = partial(_tell_part, tell, before / whole, size / whole)
        before += size
    return spans


def _tell_part(tell: Tell, start: float, extent: float, part: float) -> None:
    tell(start + extent * part)


def _check_one(kind: str, path: Path, limits: Limits, filename: str, *, words: bool, tell: Tell | None) -> CheckedFile:
    if kind == SAMPLE_TABLE:
        return check_table(path, limits, filename, words=words, tell=tell)
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
        return shared_ids_findings(_ids_of(checked), limits.min_shared_samples, _titles(tool, checked))
    if any(errors_in(one.findings) for one in checked.values()):
        return []
    return tool.check(gathered(tool, {place: one.value for place, one in checked.items()}), limits)


def _titles(tool: "Tool", checked: Mapping[str, CheckedFile]) -> dict[str, str]:
    """Return what to call each file in a sentence: its input's title, and its own name where the input takes several."""
    titles = {slot.name: slot.title for slot in tool.inputs}
    named = {place: quoted(str(one.facts.get("filename") or f"file {position_of(place)}")) for place, one in checked.items()}
    return {place: f"{titles[slot_of(place)]} {named[place]}" if position_of(place) else titles[place] for place in checked}


def same_files(files: Mapping[str, Path], filenames: Mapping[str, str]) -> list[Finding]:
    """Note which files of one input hold the very same bytes: that is allowed, and may be meant."""
    alike: dict[tuple[str, int, str], list[str]] = {}
    sizes = [(slot_of(place), path.stat().st_size) for place, path in files.items()]
    for (place, path), size in zip(files.items(), sizes, strict=True):
        if position_of(place) and sizes.count(size) > 1:
            alike.setdefault((*size, _sha256(path)), []).append(place)
    found = []
    for (slot, _, _), places in alike.items():
        if len(places) > 1:
            named = ", ".join(f"{quoted(filenames.get(place, ''))} (file {position_of(place)})" for place in places)
            found.append(note(f"These files hold the very same data: {named}.", "Leave one out unless that is what you mean.").about(slot))
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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


def words_of(tool: "Tool") -> list[str]:
    """Return the inputs whose columns of words somebody may choose."""
    return sorted({p.column_of for p in tool.parameters if p.column_of and p.column_kind != "number"})


def count_faults(tool: "Tool", files: Mapping[str, Any]) -> dict[str, str]:
    """Say of each input, by its name, that its file is missing or that it has too few or too many; ``files`` stand by place."""
    given = counts(files)
    faults = {slot.name: slot.count_fault(given[slot.name]) for slot in tool.inputs if slot.name in given}
    faults |= {slot.name: f"{slot.title} is missing." for slot in tool.inputs if slot.required and slot.name not in given}
    return {name: fault for name, fault in faults.items() if fault}


def check_files(
    tool: "Tool", files: Mapping[str, Path | Sequence[Path]], limits: Limits, filenames: Mapping[str, Any] | None = None
) -> CheckReport:
    """Check the files of a study for a tool: each by itself, then across. Reads local files only and changes none.

    Files and their names stand by input, several in a list. Without names, files are called as on this computer.

    Raises:
        OSError: If a file cannot be opened.
    """
    paths = spread(tool, files)
    called = {place: path.name for place, path in paths.items() if position_of(place)} | spread(tool, filenames or {})
    checked = check_each(paths, kinds_of(tool), limits, called, words_of(tool))
    if faults := count_faults(tool, paths):
        given = counts(paths)
        cures = {slot: "Add files, or leave some out." if slot in given else "Choose a file for it." for slot in faults}
        return report_of(checked, [error(fault, cures[slot]).about(slot) for slot, fault in faults.items()])
    return report_of(checked, same_files(paths, called) + across_files(tool, checked, limits))
