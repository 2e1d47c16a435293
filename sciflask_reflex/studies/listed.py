"""The files of an input that takes several, as the wizard lists them: in the person's order, each with what the check says of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.toolkit.kinds import extent
from pipeline.toolkit.places import place_of
from pipeline.toolkit.tables import CheckReport
from pipeline.toolkit.tables.wording import names, plural
from pipeline.toolkit.tool import InputSlot
from sciflask_reflex.shell.numbers import shown_bytes


@dataclass(frozen=True, slots=True)
class ListedFile:
    """One of the files of an input. The upload's id names it: two files may be called alike."""

    upload_id: str
    filename: str
    bytes: int
    size: str
    verdict: str = ""
    """Before the check nothing; then error, warning or ok."""
    said: str = ""
    """What the check says of it, in a few words."""


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A file that was not taken, and why."""

    filename: str
    sentence: str


def with_file(files: Sequence[ListedFile], new: ListedFile, instead_of: str = "") -> tuple[list[ListedFile], str]:
    """Return the files with a new one: in place of another one where it is still there, else at the end; and whom it replaced."""
    ids = [one.upload_id for one in files]
    if instead_of not in ids:
        return [*files, new], ""
    place = ids.index(instead_of)
    return [*files[:place], new, *files[place + 1 :]], instead_of


def without(files: Sequence[ListedFile], upload_id: str) -> list[ListedFile]:
    """Return the files without one of them."""
    return [one for one in files if one.upload_id != upload_id]


def moved(files: Sequence[ListedFile], upload_id: str, step: int) -> tuple[list[ListedFile], int]:
    """Return the files with one moved by some places, as far as there is room, and at which place it is now, from 1; 0 for no such file."""
    place = next((number for number, one in enumerate(files) if one.upload_id == upload_id), None)
    if place is None:
        return list(files), 0
    target = min(max(0, place + step), len(files) - 1)
    rest = without(files, upload_id)
    return [*rest[:target], files[place], *rest[target:]], target + 1


def judged(files: Sequence[ListedFile], slot: str, report: CheckReport) -> list[ListedFile]:
    """Return the files with what the check found in each."""
    found = []
    for number, one in enumerate(files, 1):
        severities = [str(item.severity) for item in report.findings if item.input == slot and item.position == number]
        errors, warnings = severities.count("error"), severities.count("warning")
        size = extent(report.inputs.get(place_of(slot, number), {}))
        if errors:
            verdict, said = "error", plural(errors, "error")
        elif warnings:
            verdict, said = "warning", plural(warnings, "warning")
        else:
            verdict, said = "ok", size or "read"
        found.append(replace(one, verdict=verdict, said=said))
    return found


def counted(slot: InputSlot, files: Sequence[ListedFile]) -> str:
    """Say how many files there are, how many it takes, and how large they are together."""
    now = f"{plural(len(files), 'file')}, {shown_bytes(sum(one.bytes for one in files))} in all" if files else "No files yet"
    return f"{now}. {slot.title} takes {slot.takes}."


def turned_away(faults: Sequence[TurnedAway]) -> str:
    """Say which files were not taken and why; each reason once."""
    reasons: dict[str, list[str]] = {}
    for fault in faults:
        reasons.setdefault(fault.sentence, []).append(fault.filename)
    return " ".join(f"Not taken: {names(filter(None, called)) or 'a file'}. {sentence}" for sentence, called in reasons.items())
