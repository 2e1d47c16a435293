"""What a tool must keep to: read off its declaration, and tried on its own examples in a process of its own."""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.toolkit.docstrings import prose
from pipeline.toolkit.errors import ParameterError
from pipeline.toolkit.findings import errors_in
from pipeline.toolkit.inputs import Limits
from pipeline.toolkit.mishaps import sentence_of
from pipeline.toolkit.places import spread
from pipeline.toolkit.result import MANIFEST
from pipeline.toolkit.studies import check_files
from pipeline.toolkit.tool import Example, Tool

WEB = ("reflex", "starlette", "fastapi", "sqlmodel", "sqlalchemy", "dramatiq", "redis", "sciflask_reflex")
SEED = 20260101
SHORTEST_HELP = 80
CLOSE = 1e-6
"""How far a key number may be from the expected one, relatively: libraries and machines differ in the last digits."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold: what, and what to do about it."""

    what: str
    cure: str


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of an example."""

    seconds: float
    peak_mib: float
    manifest: dict[str, Any]


def faults_of(tool: Tool) -> Iterator[Fault]:
    """Yield everything that does not hold, the cheap things first; each example is run twice."""
    yield from _of_declaration(tool)
    yield from _of_imports(tool)
    if not tool.examples:
        yield Fault("It has no example.", "Ship a small data file and declare Example(title, files, parameters, expected).")
    for example in tool.examples:
        for fault in _of_example(tool, example):
            yield Fault(f"Example {example.title!r}: {fault.what}", fault.cure)


def _of_declaration(tool: Tool) -> Iterator[Fault]:
    if len(prose(tool.help)) < SHORTEST_HELP:
        yield Fault("Its docstring says too little.", "It is the help page: say what the tool does, in which steps, and what comes out.")
    for parameter in tool.parameters:
        if parameter.kind in ("integer", "number", "range") and not parameter.bounds:
            cure = "Give it ge, gt, le or lt: forms, the API and the command line hold people to them."
            yield Fault(f"{parameter.title} has no bounds.", cure)
        if not re.search(r"[.!?]$", parameter.help.strip()):
            yield Fault(f"The help of {parameter.title} is no sentence.", "Say in a sentence what changes when somebody changes it.")
    titles = [slot.title for slot in tool.outputs]
    for title in sorted({title for title in titles if titles.count(title) > 1}):
        yield Fault(f"Two outputs are called {title!r}.", "Give each a title of its own; people find them by it.")
    for name, value in _bounds(tool):
        try:
            tool.validate({name: value} | _conditions(tool, name))
        except ParameterError as error:
            yield Fault(f"{name} = {value!r} is within its bounds, but refused: {error}", "Bounds and checks must agree.")


def _bounds(tool: Tool) -> Iterator[tuple[str, float]]:
    for parameter in tool.parameters:
        if parameter.kind in ("integer", "number"):
            yield from ((parameter.name, int(end) if end == int(end) else end) for end in (parameter.ge, parameter.le) if end is not None)


def _conditions(tool: Tool, name: str) -> dict[str, Any]:
    parameter = next(p for p in tool.parameters if p.name == name)
    return {other: wanted[0] for other, wanted in parameter.show_when.items()}


def _of_imports(tool: Tool) -> Iterator[Fault]:
    """Load the tool alone and look at what came along."""
    module = tool.function.__module__
    code = f"import sys, {module}; print(*({set(WEB)!r} & {{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        yield Fault(f"{module} cannot be imported by itself: {done.stderr.strip().splitlines()[-1]}", "Install what it needs.")
    elif found := done.stdout.split():
        yield Fault(f"It imports {', '.join(sorted(found))}.", "Science knows nothing of the web: take arrays, return arrays.")


def _of_example(tool: Tool, example: Example) -> Iterator[Fault]:
    try:
        tool.validate(example.parameters)
    except ParameterError as error:
        yield Fault(f"its parameters are refused: {error}", "Mend them.")
        return
    report = check_files(tool, example.files, Limits(), example.filenames)
    if errors := errors_in(report.findings):
        yield Fault(f"its data are refused by the check: {errors[0].message}", errors[0].cure or "Mend the file.")
        return
    trials: list[Trial] = []
    for _ in range(2):
        trial = _try(tool, example)
        if isinstance(trial, str):
            yield Fault(f"it does not run: {trial}", "Run it with `sciflask run` and mend what it says.")
            return
        trials.append(trial)
    yield from _of_trials(tool, example, *trials)


def _of_trials(tool: Tool, example: Example, first: Trial, second: Trial) -> Iterator[Fault]:
    metrics = {name: metric["value"] for name, metric in first.manifest["metrics"].items()}
    if not example.expected:
        yield Fault("it expects nothing.", f"Declare what must come out: expected={dict(list(metrics.items())[:3])}.")
    for name, wanted in example.expected.items():
        if name not in metrics or not _same(metrics[name], wanted):
            yield Fault(f"{name} is {metrics.get(name)!r} instead of {wanted!r}.", "Find out which one is right, and mend the other.")
    digests = [{file["name"]: file["sha256"] for file in trial.manifest["files"]} for trial in (first, second)]
    if changed := sorted(name for name in digests[0] if digests[1].get(name) != digests[0][name]):
        yield Fault(
            f"{', '.join(changed)} differ from run to run.", "Take `seed: int` as an argument and draw from numpy.random.default_rng(seed)."
        )
    if tool.resources.seconds and first.seconds > tool.resources.seconds:
        yield Fault(
            f"it took {first.seconds:.1f} s, and its class allows {tool.resources.seconds} s.", "Raise the class, or use less data."
        )
    if tool.resources.memory_mib and first.peak_mib > tool.resources.memory_mib:
        yield Fault(f"it took {first.peak_mib:.0f} MiB, and its class allows {tool.resources.memory_mib} MiB.", "Raise the class.")


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, int | float) and isinstance(wanted, int | float) and not isinstance(wanted, bool):
        return abs(found - wanted) <= CLOSE * max(abs(wanted), 1e-300)
    return found == wanted


def _try(tool: Tool, example: Example) -> Trial | str:
    """Run an example as a worker would, in a process of its own; return what came out, or the sentence that says why not."""
    with tempfile.TemporaryDirectory(prefix="sciflask-contract-") as folder:
        order = {
            "tool": tool.slug,
            "inputs": {place: str(path) for place, path in spread(tool, example.files).items()},
            "labels": dict(example.labels),
            "filenames": spread(tool, example.filenames),
            "parameters": tool.validate(example.parameters),
            "folder": str(Path(folder) / "result"),
            "seed": SEED,
        }
        started = time.monotonic()
        argv = [sys.executable, "-m", "pipeline.toolkit.job"]
        with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(json.dumps(order) + "\n")
            child.stdin.flush()
            said = [json.loads(line) for line in child.stdout]
        last = said[-1] if said else {}
        if not last.get("done"):
            if last.get("error"):
                return str(last["error"])
            home = Path(sys.modules[tool.function.__module__].__file__ or "").parent
            return sentence_of(str(last.get("traceback") or ""), [home], Path.cwd())
        return Trial(time.monotonic() - started, last["peak_mib"], json.loads((Path(order["folder"]) / MANIFEST).read_text()))
