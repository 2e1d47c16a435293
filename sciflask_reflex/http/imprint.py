"""The operator's pictures and colours as the browser asks for them. They follow from the folder: a restart shows new ones, without a build."""

from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sciflask_reflex import routes
from sciflask_reflex.imprint import MARK, Picture, style_sheet
from sciflask_reflex.settings import ROOT, settings

KEEP = "public, max-age=60, stale-while-revalidate=86400"
"""A page shows at once what the browser has, and asks behind its back whether there is something newer."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Whoever opens a picture by itself gets a picture and nothing that runs."""


async def colours(request: Request) -> Response:
    """Give out the style sheet with the operator's colour; it is empty where none was chosen."""
    text = style_sheet(settings().imprint.file.colours).encode()
    return _answer(request, Picture(text, "text/css"))


async def logo(request: Request) -> Response:
    """Give out the logo, or the shipped mark."""
    return _answer(request, _picture("light"))


async def logo_dark(request: Request) -> Response:
    """Give out the logo for dark pages: the light one where there is no other."""
    return _answer(request, _picture("dark", "light"))


async def icon(request: Request) -> Response:
    """Give out the picture of the browser's tab."""
    own = settings().imprint.pictures.get("icon")
    return _answer(request, own or Picture((ROOT / "assets" / "favicon.ico").read_bytes(), "image/x-icon"))


def _picture(*names: str) -> Picture:
    known = settings().imprint.pictures
    return next((known[name] for name in names if name in known), MARK)


def _answer(request: Request, picture: Picture) -> Response:
    headers = {"etag": f'"{sha256(picture.content).hexdigest()[:20]}"', "cache-control": KEEP, "content-security-policy": POLICY}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(picture.content, media_type=picture.media_type, headers=headers)


ROUTES = [
    Route(routes.SITE_COLOURS, colours),
    Route(routes.SITE_LOGO, logo),
    Route(routes.SITE_LOGO_DARK, logo_dark),
    Route(routes.FAVICON, icon),
]
