"""What a browser sees when a form or a download of ours breaks: a neutral sentence, while those who mend it get the rest."""

import logging

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sciflask_reflex.jobs.faults import record_soon

PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Something went wrong</title>'
    '<body style="font:16px/1.5 system-ui;max-width:36em;margin:15vh auto;padding:0 16px"><h1>Something went wrong on our side</h1>'
    "<p>It has been written down. Please go back and try again; your work is safe.</p>"
    '<p><a href="/">To the front page</a></p></body></html>'
)

log = logging.getLogger(__name__)


async def broken(request: Request, error: Exception) -> Response:
    """Answer for a route that raised what nobody foresaw."""
    log.error("%s %s failed.", request.method, request.url.path, exc_info=error)
    record_soon(error, "form")
    return HTMLResponse(PAGE, 500, {"cache-control": "no-store"})
