"""``sciflask run TOOL``: a tool on files of this computer, without a server. The same check, bounds and result as on the site."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from pipeline import tools
from pipeline.toolkit import ParameterError, ToolError
from pipeline.toolkit import Progress as Reporter
from pipeline.toolkit.execute import execute
from pipeline.toolkit.findings import Finding, Severity, errors_in
from pipeline.toolkit.inputs import ANY_SIZE
from pipeline.toolkit.places import spread
from pipeline.toolkit.result import MANIFEST
from pipeline.toolkit.studies import check_files
from pipeline.toolkit.tool import Tool
from sciflask_reflex.commands.run_arguments import Misused, flag, labels_in, parameters_in, read_arguments

DONE, FAILED, MISUSED, STOPPED = 0, 1, 2, 130


def run(slug: str, arguments: Sequence[str]) -> int:
    """Run a tool as the arguments say; return the exit code: 0 done, 1 the data or the science, 2 the command, 130 interrupted."""
    err = Console(stderr=True, highlight=False)
    tool = tools().get(slug)
    if tool is None:
        err.print(f"There is no tool called {slug!r}. There are: {', '.join(sorted(tools()))}.", markup=False)
        return MISUSED
    try:
        given = read_arguments(tool, arguments)
        parameters = tool.validate(parameters_in(tool, given))
    except Misused as fault:
        err.print(f"sciflask run {slug}: {fault}", markup=False)
        return MISUSED
    except ParameterError as fault:
        return _refused(fault, err)
    files = spread(tool, {slot.name: path for slot in tool.inputs if (path := getattr(given, slot.name)) is not None})
    try:
        return _run(tool, files, parameters, given, err)
    except KeyboardInterrupt:
        err.print("Stopped. Nothing was written.")
        return STOPPED


def _refused(fault: ParameterError, err: Console) -> int:
    for name, sentence in fault.fields.items():
        err.print(f"{flag(name)}: {sentence}", markup=False)
    return MISUSED


def _run(tool: Tool, files: dict[str, Path], parameters: dict[str, Any], given: argparse.Namespace, err: Console) -> int:
    if (given.out / MANIFEST).exists():
        err.print(f"{given.out} holds a result already. Name another folder, or remove it.", markup=False)
        return MISUSED
    if gone := [str(path) for path in files.values() if not path.is_file()]:
        err.print(f"There is no file {', '.join(gone)}.", markup=False)
        return MISUSED
    if not _checked(tool, files, given, err):
        return FAILED
    try:
        with _bar(given.quiet) as reporter:
            manifest = execute(
                tool, files, labels_in(tool, given), parameters, given.out,
                filenames={name: path.name for name, path in files.items()}, seed=given.seed, progress=reporter,
            )  # fmt: skip
    except ParameterError as fault:
        return _refused(fault, err)
    except ToolError as fault:
        err.print(str(fault), markup=False)
        return FAILED
    if not given.quiet:
        _tell(manifest, given.out)
    return DONE


def _checked(tool: Tool, files: dict[str, Path], given: argparse.Namespace, err: Console) -> bool:
    """Check the files as the site does, but for its limits on size; say what was found."""
    report = check_files(tool, files, ANY_SIZE, {name: path.name for name, path in files.items()})
    titles = {slot.name: slot.title for slot in tool.inputs}
    for finding in report.findings:
        if finding.severity != Severity.NOTE or not given.quiet:
            err.print(_line(finding, titles), markup=False)
    if errors_in(report.findings):
        return False
    if report.warnings and not given.accept_warnings:
        err.print("Mend the file, or add --accept-warnings to go on.")
        return False
    return True


def _line(finding: Finding, titles: dict[str, str]) -> str:
    where = [
        f"line {finding.row}" if finding.row else "",
        f"column {finding.column}" if finding.column else "",
    ]
    place = " ".join(part for part in (titles.get(finding.input, ""), finding.filename if finding.position else "") if part)
    place = ", ".join(part for part in (place, *where) if part)
    return f"{finding.severity}: {place + ': ' if place else ''}{finding.message} {finding.cure}".rstrip()


class _bar:  # noqa: N801 - reads as what it is
    """A progress bar on standard error while the tool runs; without a terminal, a line for each stage."""

    def __init__(self, quiet: bool) -> None:  # noqa: FBT001 - the command's own flag
        self.quiet = quiet
        self.shown = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=quiet or not sys.stderr.isatty(),
        )

    def __enter__(self) -> Reporter:
        self.shown.start()
        task, last = self.shown.add_task("Starting", total=1.0), [""]

        def tell(stage: str, fraction: float, line: str) -> None:
            self.shown.update(task, description=stage, completed=fraction)
            if line and not self.quiet:
                self.shown.console.print(line, markup=False)
            elif self.shown.disable and not self.quiet and stage != last[0]:
                last[0] = stage
                sys.stderr.write(f"{stage} ...\n")

        return Reporter(tell)

    def __exit__(self, *problem: object) -> None:
        self.shown.stop()


def _tell(manifest: dict[str, Any], folder: Path) -> None:
    out = Console(highlight=False)
    for metric in manifest["metrics"].values():
        value = metric["value"]
        out.print(
            f"{metric['title']}: {f'{value:g}' if isinstance(value, float) else value}{' ' + metric['unit'] if metric['unit'] else ''}",
            markup=False,
        )
    for note in manifest["notes"]:
        out.print(f"Note: {note}", markup=False)
    out.print(f"{sum(not file.get('made') for file in manifest['files'])} files in {folder}", markup=False, soft_wrap=True)
    made = {file["name"] for file in manifest["files"] if file.get("made")}
    for item in manifest["outputs"]:
        if f"{item['name']}.csv" in made:
            _tell_packed(item, folder, out)


def _tell_packed(item: dict[str, Any], folder: Path, out: Console) -> None:
    """Say of a table that is too long for a file of CSV how to get one, and by what to narrow it."""
    filters = ", ".join(one["name"] for one in item["filters"])
    text = f"{item['name']}: {item['rows']:,} rows, stored packed. For CSV: sciflask csv {folder} {item['name']} -o {item['name']}.csv"
    out.print(f"{text}{f'; --only NAME=VALUE narrows it ({filters})' if filters else ''}.", markup=False, soft_wrap=True)
