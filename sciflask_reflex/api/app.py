"""The API put together: routes under ``/api/v1``, and what watchers of the site ask for at the top."""

from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from sciflask_reflex import routes
from sciflask_reflex.api import analyses, events, export, files, live, me, openapi, problems, shared, studies, tools, uploads
from sciflask_reflex.api.docs import POLICY, page
from sciflask_reflex.api.health import health
from sciflask_reflex.api.health import live as alive
from sciflask_reflex.api.metrics import metrics

ROUTERS = (
    tools.router,
    live.router,
    uploads.router,
    studies.router,
    analyses.router,
    events.router,
    files.router,
    shared.router,
    me.router,
    export.router,
)


def versioned() -> FastAPI:
    """Return the API itself, as it is found under ``/api/v1``."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    problems.install(app, [route for router in ROUTERS for route in router.routes])
    for router in ROUTERS:
        app.include_router(router)

    @cache
    def document() -> dict[str, Any]:
        return openapi.document(app)

    @app.get("/openapi.json", include_in_schema=False)
    def openapi_json() -> Response:
        return JSONResponse(document())

    @app.get("/docs", include_in_schema=False)
    def docs() -> Response:
        return HTMLResponse(page(document()), headers={"content-security-policy": POLICY})

    return app


def api_app() -> Starlette:
    """Return the application to be mounted into the site: ``/api/v1``, ``/health``, ``/live``, ``/metrics``."""
    return Starlette(
        routes=[
            Route("/health", health),
            Route("/live", alive),
            Route("/metrics", metrics),
            *shared.ROUTES,
            Mount(routes.API, versioned()),
        ]
    )
