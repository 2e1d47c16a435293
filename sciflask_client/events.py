"""Watch an analysis: by the site's stream of events, and by asking now and then where the stream breaks off."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from sciflask_client.records import Analysis

POLL_SECONDS = 2.0
QUIET_SECONDS = 30.0
"""The site says something every few seconds; a stream that is silent for longer is dead."""


def follow(
    http: httpx.Client, ask: Callable[[], Analysis], read: Callable[[Any], Analysis], analysis_id: str, end: float | None
) -> Iterator[Analysis]:
    """Yield an analysis whenever it has changed, until it has ended or the time is up."""
    while end is None or time.monotonic() < end:
        try:
            for analysis in _stream(http, read, analysis_id, end):
                yield analysis
                if analysis.ended:
                    return
        except httpx.HTTPError:
            pass  # a proxy that cuts streams, a restart: the truth is one question away
        analysis = ask()
        yield analysis
        if analysis.ended:
            return
        time.sleep(POLL_SECONDS if end is None else max(0.0, min(POLL_SECONDS, end - time.monotonic())))


def _stream(http: httpx.Client, read: Callable[[Any], Analysis], analysis_id: str, end: float | None) -> Iterator[Analysis]:
    with http.stream("GET", f"analyses/{analysis_id}/events", timeout=httpx.Timeout(10, read=QUIET_SECONDS)) as answer:
        if not answer.is_success:
            return
        name = ""
        for line in answer.iter_lines():
            if end is not None and time.monotonic() > end:
                return
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: ") and name == "analysis":
                yield read(json.loads(line.removeprefix("data: ")))
