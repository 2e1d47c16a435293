"""What the wizard asks for: which inputs a tool needs, and how the others are offered."""

from pipeline import tools
from pipeline.toolkit import SampleTable, Tool
from pipeline.toolkit.tool import InputSlot


def tools_with_inputs() -> dict[str, Tool]:
    """Return the tools that work on files."""
    return {slug: tool for slug, tool in tools().items() if tool.inputs}


def offers_more(tool: Tool) -> bool:
    """Whether a box offers the optional inputs: they are further tables like the first. Others are shown at once, and may stay empty."""
    return any(not slot.required for slot in tool.inputs) and all(slot.kind is SampleTable for slot in tool.inputs)


def asked_for(tool: Tool, *, more: bool) -> list[InputSlot]:
    """Return the inputs that are on the page; ``more`` says whether the box is ticked."""
    return [slot for slot in tool.inputs if slot.required or more or not offers_more(tool)]


def needed(tool: Tool, *, more: bool) -> list[InputSlot]:
    """Return the inputs that must have a file: the required ones, and the first of those that were asked for by the box."""
    required = [slot for slot in tool.inputs if slot.required]
    others = [slot for slot in tool.inputs if not slot.required]
    return [*required, *others[:1]] if more and offers_more(tool) else required
