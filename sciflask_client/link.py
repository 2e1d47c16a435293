"""Requests to a site: sent again where that is safe, and refused with the site's own sentence."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx

from sciflask_client.errors import CheckRefused, SiteError, sentence_of
from sciflask_client.records import Finding

TRIES = 4
PATIENT = (429, 503)
"""The site says itself when to come back."""
LONGEST_WAIT = 60


@dataclass(frozen=True)
class Link:
    """The way to one site."""

    http: httpx.Client

    def json(self, method: str, path: str, *, again: bool = False, **more: Any) -> Any:
        """Send a request and return what the answer holds."""
        return self.send(method, path, again=again, **more).json()

    def send(self, method: str, path: str, *, again: bool = False, **more: Any) -> httpx.Response:
        """Send a request; what may be sent twice is sent again after a lost connection, and everything after a 'come back later'."""
        for pause in _pauses():
            try:
                answer = self.http.request(method, path, **more)
            except httpx.TransportError as fault:
                if pause is None or not (again or method == "GET"):
                    raise lost(fault) from fault
                time.sleep(pause)
                continue
            wait = _retry_after(answer)
            if answer.status_code not in PATIENT or pause is None or wait is None or wait > LONGEST_WAIT or "files" in more:
                return require_good(answer)
            time.sleep(wait)
        raise AssertionError  # the last pause is None, and then something is returned or raised


def _pauses() -> Iterable[float | None]:
    yield from (0.5 * 2**turn for turn in range(TRIES - 1))
    yield None


def _retry_after(answer: httpx.Response) -> float | None:
    text = answer.headers.get("retry-after", "")
    return float(text) if text.isdecimal() else None


def lost(fault: httpx.HTTPError) -> SiteError:
    """Return the error for a site that did not answer."""
    return SiteError(f"The site did not answer: {fault or type(fault).__name__}.")


def require_good(answer: httpx.Response) -> httpx.Response:
    """Return an answer that is good; raises what the site said otherwise."""
    if answer.is_success:
        return answer
    answer.read()
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    problem = problem if isinstance(problem, dict) else {}
    sentence = sentence_of(problem, answer.status_code)
    if findings := problem.get("findings"):
        raise CheckRefused(sentence, [Finding.of(item) for item in findings])
    raise SiteError(sentence, status=answer.status_code, fields=problem.get("fields"), retry_after=_retry_after(answer))
