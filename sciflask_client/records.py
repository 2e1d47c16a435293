"""What the site says of uploads, studies and analyses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sciflask_client.site import Site

ENDED = frozenset({"done", "failed", "cancelled"})


@dataclass(frozen=True)
class Finding:
    """One thing that the data check says: what, where (line and column), and what to do."""

    severity: str
    message: str
    cure: str
    input: str = ""
    row: int | None = None
    column: str | None = None
    filename: str = ""
    position: int = 0
    """Which file of an input that takes several, from 1; 0 otherwise."""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Finding":
        """Return a finding as the site sent it; what a newer site adds is left out."""
        return cls(**{name: values[name] for name in cls.__dataclass_fields__ if name in values})


@dataclass(frozen=True)
class Upload:
    """A file that the site holds until a study takes it."""

    id: str
    filename: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Study:
    """A named, checked set of files."""

    id: str
    site: "Site" = field(repr=False)
    findings: tuple[Finding, ...] = ()

    def submit(self, name: str = "", *, idempotency_key: str | None = None, **parameters: Any) -> "Analysis":
        """Queue an analysis of it; with the same key again it is the same analysis."""
        return self.site.submit(self.id, name, parameters, idempotency_key=idempotency_key)

    def delete(self) -> None:
        """Remove it with its files and analyses."""
        self.site.delete_study(self.id)


@dataclass(frozen=True)
class Computed:
    """What a live tool gave, as the site keeps it for a while."""

    tool: str
    parameters: Mapping[str, Any]
    """Complete, with the defaults of those that were left out."""
    seed: int
    site: "Site" = field(repr=False)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    """Value of each key number, by name."""
    files: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    """For each file: name, bytes, sha256, media_type, title, url."""
    record: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Everything that the site sent."""

    @classmethod
    def of(cls, values: Mapping[str, Any], site: "Site") -> "Computed":
        """Return a result as the site sent it."""
        return cls(
            values["tool"], dict(values["parameters"]), values["seed"], site, dict(values["metrics"]), tuple(values["files"]), dict(values)
        )

    def read(self, name: str) -> bytes:
        """Return one file."""
        return self.site.read_computed(self, name)

    def download(self, folder: str | Path, *names: str) -> list[Path]:
        """Write files (all of them unless named) into a folder, checked against their SHA-256; return their paths."""
        return self.site.download_computed(self, folder, *names)


@dataclass(frozen=True)
class Analysis:
    """An analysis as it stood when the site was asked."""

    id: str
    site: "Site" = field(repr=False)
    name: str = ""
    status: str = ""
    stage: str = ""
    fraction: float = 0.0
    queue_position: int | None = None
    eta_seconds: float | None = None
    """After how many seconds it is probably ready; None when nobody can tell."""
    error: str | None = None
    metrics: Mapping[str, Any] = field(default_factory=dict)
    """Value of each key number, by name."""
    files: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    """For each file of the result: name, bytes, sha256, media_type, title; made is true where bytes and sha256 are None."""
    record: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Everything that the site sent."""

    @classmethod
    def of(cls, values: Mapping[str, Any], site: "Site") -> "Analysis":
        """Return an analysis as the site sent it."""
        progress = values.get("progress") or {}
        return cls(
            id=values["id"],
            site=site,
            name=values.get("name", ""),
            status=values["status"],
            stage=progress.get("stage", ""),
            fraction=progress.get("fraction", 0.0),
            queue_position=values.get("queue_position"),
            eta_seconds=values.get("eta_seconds"),
            error=values.get("error"),
            metrics=dict(values.get("metrics") or {}),
            files=tuple(values.get("files") or ()),
            record=dict(values),
        )

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in ENDED

    def refresh(self) -> "Analysis":
        """Return it as it is now."""
        return self.site.analysis(self.id)

    def wait(self, *, timeout: float | None = None, on_progress: "Callable[[Analysis], Any] | None" = None) -> "Analysis":
        """Return it once it is done.

        Raises:
            AnalysisFailed: If it failed or was cancelled.
            TimeoutError: If it takes longer than ``timeout`` seconds; it goes on by itself.
        """
        return self.site.wait(self.id, timeout=timeout, on_progress=on_progress)

    def cancel(self) -> "Analysis":
        """Stop it, and return it as it is then."""
        return self.site.cancel(self.id)

    def delete(self) -> None:
        """Remove it with its result."""
        self.site.delete_analysis(self.id)

    def read(self, name: str, **filters: str | float) -> bytes:
        """Return one file of the result; of a table that has filters, the rows that they leave."""
        return self.site.read(self.id, name, **filters)

    def download(self, folder: str | Path, *names: str, **filters: str | float) -> list[Path]:
        """Write files of the result into a folder, checked against their SHA-256; return their paths.

        Unless named, all that are stored. A table of very many rows (``made`` in ``files``) is not: its CSV is made while it is sent, when it is
        named. Filters narrow it, as in ``download("out", "pairs.csv", least_r=0.8, feature="TP53", strongest=1000)``; which there are stands in
        ``record["outputs"]``.
        """
        return self.site.download(self, folder, *names, **filters)
