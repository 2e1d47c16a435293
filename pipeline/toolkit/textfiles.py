"""A text that the tool reads by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from pipeline.toolkit.checked import Checked, opened_text
from pipeline.toolkit.inputs import ANY_SIZE, Limits
from pipeline.toolkit.tables.wording import plural

PREVIEW_LINES = 8
LONGEST_SHOWN = 80


@dataclass(frozen=True, eq=False)
class TextFile:
    """A text: lines end in a line feed, whatever ended them in the file."""

    text: str
    name: str = ""
    label: str = ""
    notes: tuple[str, ...] = field(default=())

    kind: ClassVar[str] = "text_file"
    title: ClassVar[str] = "Text file"
    lighter: ClassVar[str] = "a shorter text"
    suffixes: ClassVar[tuple[str, ...]] = (".txt", ".dat", ".csv", ".tsv", ".json", ".pdb", ".fasta", ".fa", ".md", ".log")

    @staticmethod
    def rules(limits: Limits) -> list[str]:
        """Say what is accepted, one sentence each."""
        return [f"Plain text of at most {limits.megabytes} MB; its encoding is detected."]

    @staticmethod
    def extent(facts: Mapping[str, Any]) -> str:
        """Say how long a text is, by what its check measured."""
        return plural(facts["rows"], "line")

    @staticmethod
    def measured(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Say what else its check measured: title and words of each."""
        return [("Encoding", facts.get("encoding") or "unknown")]

    @classmethod
    def of(cls, value: Any) -> "TextFile":
        """Accept a text file, a path, or (as a ``TextFile``) a text.

        Raises:
            TypeError: If the value is none of these.
            ToolError: If the file is no text.
        """
        if isinstance(value, TextFile):
            return value
        if isinstance(value, str | Path):
            return cls.read(Path(value))
        message = f"Expected a TextFile or a path, got {type(value).__name__}."
        raise TypeError(message)

    @classmethod
    def read(cls, path: Path, label: str = "") -> "TextFile":
        """Read a stored file by the rules of the check.

        Raises:
            ToolError: If it is no text; says why.
        """
        checked = cls.check(path, ANY_SIZE)
        return cls(checked.needed().text, Path(path).name, label, tuple(found.message for found in checked.findings))

    @classmethod
    def check(cls, path: Path, limits: Limits, filename: str = "") -> Checked:
        """Check that a file is text, in an encoding that is known."""
        findings, facts, encoding = opened_text(path, limits, filename, cls, columns=1)
        if not encoding:
            return Checked(findings, facts)
        text = path.read_text(encoding=encoding)
        lines = text.removesuffix("\n").split("\n", PREVIEW_LINES)
        shown = [[line[:LONGEST_SHOWN]] for line in lines[:PREVIEW_LINES]]
        facts |= {"rows": text.count("\n") + (not text.endswith("\n")), "preview": {"columns": ["line"], "rows": shown}}
        return Checked(findings, facts, cls(text, filename))
