"""Live tools as a package would bring them: one that misbehaves in every way on demand, and one with every kind of control."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal

from pipeline.toolkit import Example, File, Metric, Metrics, Output, Resources, Text, ToolError, parameter, tool

Act = Literal[
    "answer", "wait", "loop", "memory", "print", "segfault", "exit", "kill", "input", "child", "large-file", "large-result", "refuse",
    "fault", "remember",
]  # fmt: skip
REMEMBERED: list[int] = []
"""What an order leaves behind in its process; no other one may see it."""


@dataclass(frozen=True)
class Numbers:
    """One number."""

    numbers: Annotated[Metrics, Output("Key numbers")]
    file: Annotated[File | None, Output("File")] = None


@tool(slug="live-trouble", title="Trouble", summary="Misbehaves on demand.", live=True, examples=(Example("Nothing happens"),))
def live_trouble(  # noqa: C901, PLR0912 - one case for each trouble
    *,
    act: Annotated[Act, parameter(title="Act", description="What goes wrong.")] = "answer",
    number: Annotated[float, parameter(title="Number", description="Any number.", ge=0, le=1_000_000)] = 1.0,
    seed: int = 0,
) -> Numbers:
    """Misbehave as told, or answer with the number. For tests of what stands between a tool and the site."""
    file = None
    match act:
        case "wait":
            time.sleep(number)
        case "loop":
            while True:
                number += 1
        case "memory":
            hoard = []
            while True:
                hoard.append(bytearray(16 * 2**20))
        case "print":
            print("x" * 100_000)  # noqa: T201
            sys.stderr.write("y" * 100_000)
        case "segfault":
            ctypes.string_at(0)
        case "exit":
            sys.exit(3)
        case "kill":
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(30)
        case "input":
            number = len(sys.stdin.read())
        case "child":
            subprocess.Popen(["sleep", "600"])
        case "large-file":
            Path("large").write_bytes(bytes(200 * 2**20))
        case "large-result":
            file = File("large.bin", bytes(40 * 2**20))
        case "refuse":
            raise ToolError("These values lead nowhere. Choose others.")
        case "fault":
            number /= 0
        case "remember":
            REMEMBERED.append(1)
            number = len(REMEMBERED)
    return Numbers(Metrics({"number": Metric("Number", number), "seed": Metric("Seed", seed), "pid": Metric("Process", os.getpid())}), file)


class Colour(Enum):
    """A choice."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Words:
    """What was set."""

    numbers: Annotated[Metrics, Output("Key numbers")]
    words: Annotated[Text, Output("What was set")]


@tool(
    slug="live-kinds",
    title="Every control",
    summary="Has every kind of control.",
    live=True,
    resources=Resources(seconds=2),
    examples=(Example("As it is"),),
)
def live_kinds(
    *,
    width: Annotated[float, parameter(title="Width", description="A bounded number.", unit="nm", ge=0.5, le=20)] = 2.0,
    share: Annotated[float, parameter(title="Share", description="A number above nothing.", gt=0, lt=1)] = 0.25,
    count: Annotated[int, parameter(title="Count", description="A whole number.", ge=1, le=50)] = 5,
    code: Annotated[int, parameter(title="Code", description="A whole number with far bounds.", ge=0, le=10**9)] = 7,
    free: Annotated[float | None, parameter(title="Free", description="A number without bounds, or none.")] = None,
    on: Annotated[bool, parameter(title="On", description="Whether it counts.")] = True,
    method: Annotated[Literal["mean", "median"], parameter(title="Method", description="One of two.", section="More")] = "mean",
    colour: Annotated[Colour, parameter(title="Colour", description="A choice by an Enum.", section="More")] = Colour.RED,
    parts: Annotated[list[Literal["a", "b", "c"]], parameter(title="Parts", description="Any of three.", section="More")] = ["a"],  # noqa: B006
    span: Annotated[tuple[float, float], parameter(title="Span", description="Two numbers.", section="More", ge=0, le=10)] = (1.0, 2.0),
    deep: Annotated[
        int, parameter(title="Depth", description="Counts for one method.", section="More", show_when={"method": "median"}, ge=1, le=9)
    ] = 3,
    label: Annotated[str, parameter(title="Label", description="Any words.", max_length=40)] = "",
) -> Words:
    """Say what was set, in words. For tests of the controls, the link and everything between them and a tool."""
    given = {"width": width, "share": share, "count": count, "code": code, "free": free, "on": on, "method": method}
    given |= {"colour": colour, "parts": parts, "span": span, "deep": deep, "label": label}
    return Words(Metrics({"width": Metric("Width", width)}), Text("\n\n".join(f"{name}: {value}" for name, value in given.items())))
