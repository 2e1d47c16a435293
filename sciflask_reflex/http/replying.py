"""How a form is answered that a script of our own page sends: in JSON, for a secret that is shown once and must not become state.

The same checks as for every other form (``posting``): our own origin, a known person, nobody who only looks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse

from sciflask_reflex.errors import Invalid, SciflaskError, SignInNeeded, TooLarge, TooOften
from sciflask_reflex.http.forms import Form
from sciflask_reflex.http.origin import ours
from sciflask_reflex.http.posting import FOREIGN, Visitor, act_as, visitor_of

F = TypeVar("F", bound=Form)


@dataclass(frozen=True)
class Answer:
    """What to answer, and the cookies to take along (whole ``Set-Cookie`` values)."""

    content: Mapping[str, Any]
    cookies: tuple[str, ...] = ()


Reply = Callable[[F, Visitor], Mapping[str, Any] | Answer]


async def reply(request: Request, kind: type[F], act: Reply[F], *, signed_in: bool = True) -> JSONResponse:
    """Answer with what ``act`` returns, or with ``{"sentence", "faults"}`` and a status that is not 200. Never kept by anybody."""
    if not ours(request.scope):
        return _json(403, {"sentence": FOREIGN, "faults": {}})
    try:
        form = await kind.read(request)
        visitor = await visitor_of(request)
        told = await act_as(form, visitor, act, signed_in=signed_in)
    except SciflaskError as refusal:
        return _refused(refusal)
    answer = told if isinstance(told, Answer) else Answer(told)
    response = _json(200, answer.content)
    for each in answer.cookies:
        response.headers.append("set-cookie", each)
    return response


def _refused(refusal: SciflaskError) -> JSONResponse:
    faults = refusal.fields if isinstance(refusal, Invalid) else {}
    kinds: tuple[tuple[type[SciflaskError], int], ...] = ((Invalid, 422), (SignInNeeded, 401), (TooLarge, 413), (TooOften, 429))
    status = next((number for error, number in kinds if isinstance(refusal, error)), 409)
    headers = {"retry-after": str(refusal.retry_after_s)} if isinstance(refusal, TooOften) else {}
    return _json(status, {"sentence": refusal.sentence, "faults": faults}, headers)


def _json(status: int, content: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse(dict(content), status, {"cache-control": "no-store", **(headers or {})})
