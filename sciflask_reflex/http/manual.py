"""The manual at ``/manual``, where `make docs` has built it: files as they are, under a policy of their own."""

from functools import lru_cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from sciflask_reflex import routes
from sciflask_reflex.http.csp import inline_hashes
from sciflask_reflex.settings import BUILT_MANUAL

BUILT = BUILT_MANUAL
MISSING = "The manual has not been built here. `make docs` builds it; its pages are in docs/ of the project as well.\n"
POLICY = (
    "default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def is_built() -> bool:
    """Whether there is a manual to show."""
    return (BUILT / "index.html").is_file()


@lru_cache(maxsize=1)
def _policy(changed: int) -> str:
    """Return the policy of the manual's pages: all of them hold the same inline scripts, those of the first one."""
    return POLICY.format(hashes=" ".join(sorted(inline_hashes((BUILT / "index.html").read_text("utf-8")))))


async def manual(request: Request) -> Response:
    """Give out a page of the manual, or what belongs to one."""
    if not is_built():
        return PlainTextResponse(MISSING, 404)
    try:
        answer = await StaticFiles(directory=BUILT, html=True).get_response(request.path_params["path"] or ".", request.scope)
    except HTTPException as fault:
        return PlainTextResponse("The manual has no such page.\n", fault.status_code)
    answer.headers["content-security-policy"] = _policy((BUILT / "index.html").stat().st_mtime_ns)
    return answer


async def to_the_first_page(request: Request) -> Response:
    """Lead to the first page, from which the others are found."""
    return RedirectResponse(f"{routes.MANUAL}/")


ROUTES = [Route(routes.MANUAL, to_the_first_page), Route(f"{routes.MANUAL}/{{path:path}}", manual)]
