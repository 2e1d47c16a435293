"""Run as a program: the check of one study's files, in a process of its own that may be limited and may die.

``python -m pipeline.toolkit.checking`` reads one JSON object from standard input (tool, files and filenames by place, limits) and writes a
``CheckReport`` as JSON to standard output. A file that is refused at the first look costs neither numpy nor the tool's own imports.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.toolkit.inputs import Limits
from pipeline.toolkit.studies import across_files, check_each, is_readable, report_of, same_files


def check(order: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out an order and return the report as plain values."""
    limits = Limits(**order["limits"])
    files = {place: Path(path) for place, path in order["files"].items()}
    filenames = order.get("filenames") or {}
    checked = check_each(files, order.get("kinds", {}), limits, filenames, order.get("words", ()))
    across = same_files(files, filenames)
    if is_readable(checked):
        from pipeline import tools

        across += across_files(tools()[order["tool"]], checked, limits)
    return report_of(checked, across).as_dict()


def main() -> None:
    """Read the order, check, write the report."""
    json.dump(check(json.load(sys.stdin)), sys.stdout, allow_nan=False)


if __name__ == "__main__":
    main()
