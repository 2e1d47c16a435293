"""Run as a program: the check of one study's files, in a process of its own that may be limited and may die.

``python -m pipeline.toolkit.checking`` reads one JSON object from standard input (tool, files and filenames by place, limits) and writes a
``CheckReport`` as JSON to standard output. A file that is refused at the first look costs neither numpy nor the tool's own imports.
An order that asks for ``progress`` gets lines before the report, such as ``{"part": 0.25}``: how much of all files lies behind.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.toolkit.inputs import Limits
from pipeline.toolkit.studies import across_files, check_each, is_readable, report_of, same_files
from pipeline.toolkit.tables.source import Tell


def check(order: Mapping[str, Any], tell: Tell | None = None) -> dict[str, Any]:
    """Carry out an order and return the report as plain values; ``tell`` hears how much of all files lies behind."""
    limits = Limits(**order["limits"])
    files = {place: Path(path) for place, path in order["files"].items()}
    filenames = order.get("filenames") or {}
    checked = check_each(files, order.get("kinds", {}), limits, filenames, order.get("words", ()), tell)
    across = same_files(files, filenames)
    if is_readable(checked):
        from pipeline import tools

        across += across_files(tools()[order["tool"]], checked, limits)
    return report_of(checked, across).as_dict()


def main() -> None:
    """Read the order, check, write the report."""
    order = json.load(sys.stdin)
    report = check(order, _say if order.get("progress") else None)
    json.dump(report, sys.stdout, allow_nan=False)


def _say(part: float) -> None:
    print(json.dumps({"part": round(part, 4)}), flush=True)  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    main()
