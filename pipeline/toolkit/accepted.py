"""What a tool accepts, in words: the rules of each kind of its inputs."""

from dataclasses import dataclass

from pipeline.toolkit.inputs import Limits, SampleTable
from pipeline.toolkit.tables.shared import shared_samples_findings
from pipeline.toolkit.tool import Tool


@dataclass(frozen=True, slots=True)
class Accepted:
    """Inputs of one kind, by their titles, and the rules that they keep to."""

    titles: tuple[str, ...]
    suffixes: tuple[str, ...]
    rules: tuple[str, ...]


def accepted(tool: Tool, limits: Limits) -> list[Accepted]:
    """Return what a tool accepts: one entry for each kind of input, in the order of the inputs."""
    found = []
    for kind in dict.fromkeys(slot.kind for slot in tool.inputs):
        titles = tuple(slot.title for slot in tool.inputs if slot.kind is kind)
        rules = kind.rules(limits)  # type: ignore[attr-defined]
        several = [slot for slot in tool.inputs if slot.kind is kind and slot.repeated]
        rules = [*rules, *(f"{slot.title}: {slot.takes}, in the order in which you list them." for slot in several)]
        if kind is SampleTable and (several or len(titles) > 1) and tool.check in (None, shared_samples_findings):
            rules = [*rules, f"Two tables must share at least {limits.min_shared_samples} samples."]
        found.append(Accepted(titles, kind.suffixes, tuple(rules)))  # type: ignore[attr-defined]
    return found
