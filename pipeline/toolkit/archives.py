"""A zip archive of files. Nothing is unpacked to disk, and nothing is read that its directory does not promise to be harmless."""

import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from pipeline.toolkit.checked import Checked, head_findings
from pipeline.toolkit.errors import ToolError
from pipeline.toolkit.findings import Finding, error, errors_in
from pipeline.toolkit.inputs import ANY_SIZE, MIB, Limits
from pipeline.toolkit.tables.wording import listed, plural, quoted

MOST_MEMBERS = 1_000
MOST_BYTES = 200 * MIB
"""Unpacked, all members together."""
MOST_RATIO = 100
"""Unpacked to packed bytes: text packs 3 to 20 times, a bomb a thousand times."""
DEEPEST = 2
"""A member may lie in one folder, not deeper."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
NESTED = (".zip", ".gz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".zst")
CHUNK = 256 * 1024
PREVIEW = 8
AGAIN = "Make the archive again."


@dataclass(frozen=True, eq=False)
class Archive:
    """The files of a zip archive, by name; directories and the rubbish that systems add are left out.

    Attributes:
        path: The archive.
        names: The members' names, in the archive's order.
        name: What the person calls the file.
    """

    path: Path
    names: tuple[str, ...] = ()
    label: str = ""
    notes: tuple[str, ...] = field(default=())
    name: str = ""

    kind: ClassVar[str] = "archive"
    title: ClassVar[str] = "Zip archive"
    lighter: ClassVar[str] = "fewer or smaller files"
    suffixes: ClassVar[tuple[str, ...]] = (".zip",)

    @staticmethod
    def rules(limits: Limits) -> list[str]:
        """Say what is accepted, one sentence each."""
        return [
            f"A zip archive of at most {limits.megabytes} MB: up to {MOST_MEMBERS:,} files, {MOST_BYTES // MIB} MB unpacked.",
            "Its files may lie in folders one deep. No passwords, no links, no archive inside it.",
        ]

    @staticmethod
    def extent(facts: Mapping[str, Any]) -> str:
        """Say how much an archive holds, by what its check measured."""
        return plural(facts["rows"], "file")

    @staticmethod
    def measured(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Say what else its check measured: title and words of each."""
        unpacked = facts.get("unpacked")
        return [] if unpacked is None else [("Unpacked", plural(unpacked, "byte"))]

    @classmethod
    def of(cls, value: Any) -> "Archive":
        """Accept an archive or a path; used for plain calls.

        Raises:
            TypeError: If the value is neither.
            ToolError: If the file is no archive that may be read.
        """
        if isinstance(value, Archive):
            return value
        if isinstance(value, str | Path):
            return cls.read(Path(value))
        message = f"Expected an Archive or a path, got {type(value).__name__}."
        raise TypeError(message)

    @classmethod
    def read(cls, path: Path, label: str = "") -> "Archive":
        """Open a stored archive by the rules of the check.

        Raises:
            ToolError: If the check would find an error in it; says the first one.
        """
        known: Archive = cls.check(path, ANY_SIZE).needed()
        return cls(known.path, known.names, label, name=Path(path).name)

    def member(self, name: str) -> bytes:
        """Return the bytes of one member.

        Raises:
            KeyError: If there is no member of that name.
            ToolError: If it is damaged, or larger than the directory says.
        """
        if name not in self.names:
            raise KeyError(name)
        with zipfile.ZipFile(self.path) as archive:
            return _bytes_of(archive, archive.getinfo(name))

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """Yield name and bytes of every member, one after another."""
        with zipfile.ZipFile(self.path) as archive:
            for name in self.names:
                yield name, _bytes_of(archive, archive.getinfo(name))

    @classmethod
    def check(cls, path: Path, limits: Limits, filename: str = "") -> Checked:
        """Check an archive: first by its directory alone, then by reading every member with a counter."""
        findings = head_findings(path, limits, filename, cls.suffixes, text=False)
        facts: dict[str, Any] = {"kind": cls.kind, "filename": filename, "bytes": path.stat().st_size, "rows": 0, "columns": 1}
        if errors_in(findings):
            return Checked(findings, facts)
        members: list[zipfile.ZipInfo] = []
        try:
            with zipfile.ZipFile(path) as archive:
                members = [info for info in archive.infolist() if not _is_rubbish(info)]
                findings += _directory_findings(archive.infolist(), members, path.stat().st_size)
                facts |= {"rows": len(members), "unpacked": sum(info.file_size for info in members), "preview": _preview(members)}
                if not errors_in(findings):
                    findings += _content_findings(archive, members)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError, RuntimeError) as fault:
            findings.append(error(f"The file is no zip archive, or it is damaged ({fault}).", AGAIN))
        value = None if errors_in(findings) else cls(path, tuple(info.filename for info in members))
        return Checked(findings, facts, value)


def _is_rubbish(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    return info.filename.endswith("/") or "__MACOSX" in parts or (bool(parts) and parts[-1] in (".DS_Store", "Thumbs.db", "desktop.ini"))


def _preview(members: list[zipfile.ZipInfo]) -> dict[str, Any]:
    rows = [[quoted(info.filename)[1:-1], f"{info.file_size:,}"] for info in members[:PREVIEW]]
    return {"columns": ["file", "bytes"], "rows": rows}


def _directory_findings(everything: list[zipfile.ZipInfo], members: list[zipfile.ZipInfo], packed: int) -> list[Finding]:
    if len(everything) > MOST_MEMBERS:
        return [error(f"The archive has {plural(len(everything), 'entry', 'entries')}; at most {MOST_MEMBERS:,} are accepted.", AGAIN)]
    if not members:
        return [error("The archive holds no file.", "Put the files into it.")]
    total = sum(info.file_size for info in everything)
    if total > MOST_BYTES or total > MOST_RATIO * max(packed, 1):
        message = f"Unpacked, the archive would take {plural(total, 'byte')}, which is more than is accepted."
        return [error(message, f"At most {MOST_BYTES // MIB} MiB, and {MOST_RATIO} times the size of the archive.")]
    found = [fault for info in everything if (fault := _member_fault(info))]
    names = [info.filename.casefold() for info in members]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        found.append(error(f"The archive holds {quoted(twice[0])} more than once.", "Give every file a name of its own."))
    return list(listed(found, lambda rest: error(f"{plural(rest, 'more file')} cannot be accepted.", AGAIN)))


def _member_fault(info: zipfile.ZipInfo) -> Finding | None:
    name, parts = info.filename, PurePosixPath(info.filename).parts
    what = ""
    if info.flag_bits & 0x1:
        what = "is encrypted"
    elif info.compress_type not in METHODS:
        what = "is packed by a method that is not accepted (only store and deflate are)"
    elif stat.S_ISLNK(info.external_attr >> 16):
        what = "is a link, not a file"
    elif not parts or name.startswith("/") or "\\" in name or ".." in parts or ":" in name or not name.isprintable():
        what = "has a name that leads out of the archive, or that cannot be shown"
    elif len(parts) > DEEPEST:
        what = "lies too deep: one folder is accepted"
    elif name.lower().endswith(NESTED):
        what = "is an archive inside the archive"
    return error(f"{quoted(name)} {what}.", AGAIN) if what else None


def _content_findings(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> list[Finding]:
    found = []
    for info in members:
        try:
            for _ in _chunks(archive, info):
                pass
        except ToolError as fault:
            found.append(error(str(fault), AGAIN))
    return list(listed(found, lambda rest: error(f"{plural(rest, 'more file')} cannot be read.", AGAIN)))


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a member piece by piece, never more than its directory entry promises.

    Raises:
        ToolError: If it is damaged or longer than promised.
    """
    seen = 0
    try:
        with archive.open(info) as handle:
            while chunk := handle.read(CHUNK):
                seen += len(chunk)
                if seen > info.file_size:
                    break
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as fault:
        message = f"{quoted(info.filename)} is damaged."
        raise ToolError(message) from fault
    if seen != info.file_size:
        message = f"{quoted(info.filename)} is not as large as the archive says."
        raise ToolError(message)


def _bytes_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    return b"".join(_chunks(archive, info))
