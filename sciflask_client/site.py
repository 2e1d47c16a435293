"""One site, and somebody's token for it."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Self
from uuid import uuid4

import httpx

from sciflask_client.downloads import fetch, require_narrowed
from sciflask_client.errors import AnalysisFailed, SiteError
from sciflask_client.events import follow
from sciflask_client.link import Link
from sciflask_client.records import Analysis, Computed, Finding, Study, Upload

Source = str | Path | bytes | BinaryIO
Given = Source | Upload


class Site:
    """A SciFlask site. Safe to use from several threads; close it, or use it in a ``with``."""

    def __init__(self, url: str, *, token: str, timeout: float = 60.0, transport: httpx.BaseTransport | None = None) -> None:
        """Open a site.

        Args:
            url: The address that people type, as in ``https://science.example``.
            token: ``sfk_...``, made on the account page or by ``sciflask token create``.
            timeout: Seconds that one request may stand still.
            transport: Something else to send requests through, for tests.
        """
        self._link = Link(
            httpx.Client(
                base_url=f"{url.rstrip('/')}/api/v1/", headers={"authorization": f"Bearer {token}"}, timeout=timeout, transport=transport
            )
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._link.http.close()

    def me(self) -> dict[str, Any]:
        """Return who the token stands for."""
        return self._link.json("GET", "me")

    def tools(self) -> list[dict[str, Any]]:
        """Return the tools of the site, each as its description."""
        return self._link.json("GET", "tools")

    def tool(self, slug: str) -> dict[str, Any]:
        """Return the description of a tool: inputs, parameters with bounds and defaults, outputs."""
        return self._link.json("GET", f"tools/{slug}")

    def upload(self, source: Source, filename: str = "") -> Upload:
        """Send a file: a path, bytes, or an open binary file."""
        if isinstance(source, str | Path):
            with Path(source).open("rb") as handle:
                return self._upload(handle, filename or Path(source).name)
        if isinstance(source, bytes):
            return self._upload(source, filename or "data.csv")
        return self._upload(source, filename or Path(getattr(source, "name", "data.csv")).name)

    def _upload(self, content: bytes | BinaryIO, filename: str) -> Upload:
        values = self._link.json("POST", "uploads", files={"file": (filename, content)})
        return Upload(**{name: values[name] for name in Upload.__dataclass_fields__})

    def study(
        self,
        tool: str,
        inputs: Mapping[str, Given | Sequence[Given]],
        *,
        name: str = "",
        labels: Mapping[str, str] | None = None,
        accept_warnings: bool = False,
    ) -> Study:
        """Upload what is not uploaded yet, have it checked, and save it as a study.

        An input that takes several files gets them as a list, in their order.

        Raises:
            CheckRefused: If the data check finds errors, or warnings that are not accepted.
        """
        uploads = {slot: self._ids(given) for slot, given in inputs.items()}
        body = {
            "tool": tool,
            "name": name or f"From Python, {time.strftime('%Y-%m-%d %H:%M:%S')} {uuid4().hex[:4]}",
            "inputs": uploads,
            "labels": dict(labels or {}),
            "accept_warnings": accept_warnings,
        }
        values = self._link.json("POST", "studies", json=body)
        return Study(values["id"], self, tuple(Finding.of(item) for item in values.get("findings", ())))

    def _ids(self, given: Given | Sequence[Given]) -> str | list[str]:
        """Return the id of an upload, or of several; what is not uploaded yet is."""
        if isinstance(given, list | tuple):
            return [self._id(one) for one in given]
        return self._id(given)  # pyright: ignore[reportArgumentType]

    def _id(self, one: Given) -> str:
        return one.id if isinstance(one, Upload) else self.upload(one).id

    def submit(
        self, study_id: str, name: str = "", parameters: Mapping[str, Any] | None = None, *, idempotency_key: str | None = None
    ) -> Analysis:
        """Queue an analysis of a study. A request that got lost is sent again: the key sees to it that there is one analysis."""
        headers = {"idempotency-key": idempotency_key or uuid4().hex}
        body = {"name": name, "parameters": dict(parameters or {})}
        return self.analysis(self._link.json("POST", f"studies/{study_id}/analyses", json=body, headers=headers, again=True)["id"])

    def analysis(self, analysis_id: str) -> Analysis:
        """Return an analysis as it is now."""
        return Analysis.of(self._link.json("GET", f"analyses/{analysis_id}"), self)

    def wait(self, analysis_id: str, *, timeout: float | None = None, on_progress: Callable[[Analysis], Any] | None = None) -> Analysis:
        """Watch an analysis until it is done; see ``Analysis.wait``."""
        end = None if timeout is None else time.monotonic() + timeout
        for analysis in follow(
            self._link.http, lambda: self.analysis(analysis_id), lambda values: Analysis.of(values, self), analysis_id, end
        ):
            if on_progress is not None:
                on_progress(analysis)
            if analysis.status == "done":
                return self.analysis(analysis_id)
            if analysis.ended:
                raise AnalysisFailed(analysis)
        message = f"The analysis {analysis_id} was not done after {timeout:g} s; it goes on by itself."
        raise TimeoutError(message)

    def run(
        self,
        tool: str,
        inputs: Mapping[str, Given | Sequence[Given]],
        *,
        name: str = "",
        labels: Mapping[str, str] | None = None,
        accept_warnings: bool = False,
        timeout: float | None = None,
        on_progress: Callable[[Analysis], Any] | None = None,
        **parameters: Any,
    ) -> Analysis:
        """Upload, check, save, queue and wait: from files to a finished analysis in one call."""
        study = self.study(tool, inputs, name=name, labels=labels, accept_warnings=accept_warnings)
        return self.submit(study.id, name, parameters).wait(timeout=timeout, on_progress=on_progress)

    def compute(self, tool: str, /, *, seed: int = 0, **parameters: Any) -> Computed:
        """Compute a live tool, which needs no data, and return what it gave. Equal wishes are computed once."""
        body = {"parameters": parameters, "seed": seed}
        return Computed.of(self._link.json("POST", f"tools/{tool}/live", json=body, again=True), self)

    def read_computed(self, computed: Computed, name: str) -> bytes:
        """Return one file of what a live tool gave."""
        file = _wanted(computed.files, (name,))[0]
        return self._link.send("GET", f"{_below_api(file)}/{name}").content

    def download_computed(self, computed: Computed, folder: str | Path, *names: str) -> list[Path]:
        """Write files of what a live tool gave; see ``Computed.download``."""
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        return [fetch(self._link, _below_api(file), file, target) for file in _wanted(computed.files, names)]

    def cancel(self, analysis_id: str) -> Analysis:
        """Stop an analysis that waits or runs."""
        self._link.json("POST", f"analyses/{analysis_id}/cancel")
        return self.analysis(analysis_id)

    def delete_analysis(self, analysis_id: str) -> None:
        """Remove an analysis with its result."""
        self._link.send("DELETE", f"analyses/{analysis_id}")

    def delete_study(self, study_id: str) -> None:
        """Remove a study with its files and analyses."""
        self._link.send("DELETE", f"studies/{study_id}")

    def read(self, analysis_id: str, name: str, **filters: str | float) -> bytes:
        """Return one file of a result; see ``Analysis.read``."""
        answer = self._link.send("GET", f"analyses/{analysis_id}/files/{name}", params=filters)
        require_narrowed(answer, name, filters)
        return answer.content

    def download(self, analysis: Analysis, folder: str | Path, *names: str, **filters: str | float) -> list[Path]:
        """Write files of a result into a folder; see ``Analysis.download``."""
        if filters and not names:
            message = "Name the table that the filters narrow, as in download(folder, 'pairs.csv', least_r=0.8)."
            raise ValueError(message)
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        files = _wanted(analysis.files, names) if names else [file for file in analysis.files if not file.get("made")]
        return [fetch(self._link, f"analyses/{analysis.id}/files", file, target, filters) for file in files]


def _wanted(files: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[Mapping[str, Any]]:
    """Return the files of these names, or all."""
    known = {file["name"]: file for file in files}
    if unknown := [name for name in names if name not in known]:
        message = f"The result has no file {', '.join(unknown)}. It has: {', '.join(known)}."
        raise SiteError(message)
    return [known[name] for name in names or known]


def _below_api(file: Mapping[str, Any]) -> str:
    """Return the folder of a live file, as this site's own address begins it: the site may be known by another one."""
    return str(file["url"]).partition("/api/v1/")[2].rpartition("/")[0]
