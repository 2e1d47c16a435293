"""Tables as the check sees them: what holds for the answer about every table, whatever its format."""

import json
from collections.abc import Callable
from pathlib import Path

from pipeline.toolkit import Finding, Limits
from pipeline.toolkit.tables.check import CheckedTable, check_table

SMALL = Limits(min_features=2, min_shared_samples=2)


def checked_file(path: Path, limits: Limits = SMALL, filename: str = "") -> CheckedTable:
    """Check a file: it stays as it was, the answer can travel as JSON, and every finding says what to do."""
    before = path.read_bytes()
    result = check_table(path, limits, filename or path.name)
    json.dumps([finding.as_dict() for finding in result.findings] + [result.facts], allow_nan=False)
    assert path.read_bytes() == before, "the file was altered"
    assert all(finding.message and (finding.cure or finding.severity == "note") for finding in result.findings)
    return result


def check_of(name: str, limits: Limits = SMALL) -> Callable[..., CheckedTable]:
    """Return the check of what somebody calls ``name``: it takes a folder and the bytes, and other limits or another name where wanted."""

    def checked(folder: Path, content: bytes, limits: Limits = limits, filename: str = name) -> CheckedTable:
        path = folder / "stored"
        path.write_bytes(content)
        return checked_file(path, limits, filename)

    return checked


def said(result: CheckedTable, part: str) -> Finding:
    """Return the first finding that says this."""
    found = [finding for finding in result.findings if part in finding.message]
    assert found, f"nothing says {part!r}: {[finding.message for finding in result.findings]}"
    return found[0]
