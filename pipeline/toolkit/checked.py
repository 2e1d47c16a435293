"""What the check of one file gives, whatever its kind."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.toolkit.errors import ToolError
from pipeline.toolkit.findings import Finding, error, errors_in
from pipeline.toolkit.inputs import Limits
from pipeline.toolkit.tables.encoding import TITLES, encoding_of
from pipeline.toolkit.tables.magic import HEAD_BYTES, not_text
from pipeline.toolkit.tables.wording import plural, quoted


@dataclass(frozen=True, slots=True)
class Checked:
    """Findings about a file, what was measured, and what a tool would get; None when an error stands in the way."""

    findings: list[Finding]
    facts: dict[str, Any] = field(default_factory=dict)
    value: Any = None

    def needed(self) -> Any:
        """Return what a tool would get.

        Raises:
            ToolError: If there is an error in the file; says the first one.
        """
        if errors := errors_in(self.findings):
            raise ToolError(f"{errors[0].message} {errors[0].cure}".strip())
        return self.value


def head_findings(path: Path, limits: Limits, filename: str, suffixes: tuple[str, ...], *, text: bool = True) -> list[Finding]:
    """Look at name, size and first bytes: what is refused here is never opened any further."""
    found = []
    if filename and not filename.lower().endswith(suffixes):
        found.append(error(f"{quoted(filename)} does not end in one of {', '.join(suffixes)}.", "Choose another file, or rename this one."))
    size = path.stat().st_size
    if size == 0:
        return [*found, error("The file is empty.", "Choose the file that holds the data.")]
    if size > limits.max_file_bytes:
        message = f"The file has {plural(size, 'byte')}; at most {limits.max_file_bytes:,} are accepted."
        return [*found, error(message, "Leave out what you do not need.")]
    with path.open("rb") as handle:
        head = handle.read(HEAD_BYTES)
    if text and (other := not_text(head)):
        found.append(error(f"The file is {other.what}, not a text file.", other.cure))
    return found


def opened_text(path: Path, limits: Limits, filename: str, kind: Any, columns: int) -> tuple[list[Finding], dict[str, Any], str]:
    """Look at a file that must be text: return findings, the facts that are known at once, and its encoding.

    The encoding is '' when there is no point in reading on.
    """
    findings = head_findings(path, limits, filename, kind.suffixes)
    facts: dict[str, Any] = {"kind": kind.kind, "filename": filename, "bytes": path.stat().st_size, "rows": 0, "columns": columns}
    if errors_in(findings):
        return findings, facts, ""
    with path.open("rb") as handle:
        encoding, told = encoding_of(handle)
    return findings + told, facts | ({"encoding": TITLES[encoding]} if encoding else {}), encoding
