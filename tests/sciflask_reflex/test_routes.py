"""Every HTTP route of the whole site, every method, asked by everybody (I1, G1). A route without a row in the table fails the test.

Routes of a feature have their rows in its own ``promises.py``.
"""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import BaseRoute

import sciflask_reflex.sciflask_reflex as site
from sciflask_reflex.admin.site import build
from sciflask_reflex.api.app import ROUTERS, versioned
from sciflask_reflex.http.asgi import ASGIApp
from sciflask_reflex.identity.cookies import SESSION_COOKIE
from sciflask_reflex.links import token_of
from sciflask_reflex.settings import settings
from tests.everybody import ROLES, Everybody, everybody, everything, of_ada
from tests.promises import all_promises

OURS = "http://localhost:3000"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
BEARERS = ("read", "submit", "expired", "revoked")
WHO = (*ROLES, *BEARERS)
ACCOUNTS = ("user", "other", "extra", "admin", "looking")

TABLE: dict[str, str] = {
    "open": """
        GET /ping  GET /_health  GET /health  GET /live  GET /metrics  GET /favicon.ico  GET /site/colours.css  GET /site/logo  GET /site/logo-dark  GET /auth/human  GET /api/v1/openapi.json  GET /api/v1/docs
        GET /api/v1/tools  GET /api/v1/tools/{slug}
        GET /api/v1/tools/{slug}/examples/{name}
    """,
    "manual": "GET /manual  GET /manual/{path:path}",
    "secret": "GET /r/{token}/files/{name}  GET /r/{token}/bundle.zip",
    "form": """
        POST /auth/login  POST /auth/register  POST /auth/confirm  POST /auth/confirm-again  POST /auth/reset-password
        POST /auth/new-password  POST /auth/confirm-email  POST /auth/logout  POST /auth/second-step
        POST /auth/passkeys/second-step  POST /auth/passkeys/second-step/options  POST /auth/passkeys/sign-in
        POST /auth/passkeys/sign-in/options  POST /auth/oidc/{slug}  POST /auth/oidc-join  POST /auth/oidc-confirm
    """,
    "callback": "GET /auth/oidc/{slug}/callback",
    "account form": """
        POST /auth/name  POST /auth/email  POST /auth/password  POST /auth/tokens  POST /auth/logout-everywhere
        POST /auth/delete-account  POST /auth/totp/begin  POST /auth/totp/confirm  POST /auth/totp/off  POST /auth/recovery-codes
        POST /auth/passkeys/new  POST /auth/passkeys/new/options  POST /auth/passkeys/remove  POST /auth/oidc-link
        POST /auth/oidc-unlink
    """,
    "look": "POST /auth/look",
    "stop": "POST /auth/look/stop",
    "panel": """
        GET /admin/  GET /admin/{key}/list  GET /admin/{key}/detail  GET /admin/{key}/edit  POST /admin/{key}/edit  GET /admin/{key}/create
        POST /admin/{key}/create  GET /admin/_api/{key}/inline-edit  POST /admin/_api/{key}/inline-edit  GET /admin/_api/{key}/inline-edit/row
        POST /admin/_api/{key}/import  POST /admin/_api/{key}/action  POST /admin/_api/{key}/row-action
        GET /admin/_api/{key}/relation-lookup  GET /admin/_files/{storage}/{path:path}  GET /admin/static
    """,
    "manage": """
        GET /manage/usage.csv  GET /manage/audit.csv  GET /manage/figures/throughput.json  GET /manage/figures/usage.json
    """,
    "read": "GET /api/v1/me  GET /api/v1/studies  GET /api/v1/analyses",
    "cookie read": "GET /api/v1/me/export.zip",
    "read one": """
        GET /api/v1/studies/{study_id}  GET /api/v1/analyses/{analysis_id}  GET /api/v1/analyses/{analysis_id}/files
        GET /api/v1/analyses/{analysis_id}/events  GET /api/v1/analyses/{analysis_id}/files/{name}
        GET /api/v1/analyses/{analysis_id}/bundle.zip
    """,
    "secret one": "GET /api/v1/shares/{share_id}/link",
    "upload": "POST /api/v1/uploads",
    "write": "POST /api/v1/studies  POST /api/v1/tools/{slug}/live",
    "kept": "GET /api/v1/tools/{slug}/live/{key}/files/{name}  GET /api/v1/tools/{slug}/live/{key}/bundle.zip",
    "write one": """
        POST /api/v1/studies/{study_id}/analyses  POST /api/v1/analyses/{analysis_id}/cancel  DELETE /api/v1/analyses/{analysis_id}
        DELETE /api/v1/studies/{study_id}
    """,
    "agents": "POST /mcp",
}
"""What kind each route is of. HEAD goes with GET."""
ENDING = ("POST /auth/look", "POST /auth/look/stop", "POST /auth/logout", "POST /auth/logout-everywhere")
"""Asked last: afterwards the session is another one, or none."""
SIGN_IN, REFUSED, ANYTHING = "to the sign-in page", frozenset({401}), frozenset(range(200, 500))


def rows() -> dict[tuple[str, str], str]:
    """Return the kind of each method and path, deletions after the rest."""
    found = {
        tuple(row.split(" ", 1)): kind
        for part in (TABLE, *(promises.routes for promises in all_promises()))
        for kind, text in part.items()
        for line in text.split("\n")
        for row in line.strip().split("  ")
        if row
    }
    return dict(
        sorted(
            found.items(),
            key=lambda row: (ENDING.index(" ".join(row[0])) + 1 if " ".join(row[0]) in ENDING else 0, row[0][0] == "DELETE", row[0]),
        )
    )  # pyright: ignore[reportReturnType]


def walk(routes: list[BaseRoute], prefix: str = "") -> set[tuple[str, str]]:
    """Return method and path of every route, however deep."""
    found: set[tuple[str, str]] = set()
    for route in routes:
        path = prefix + getattr(route, "path", "")
        methods = getattr(route, "methods", None)
        if methods:
            found |= {(method, path) for method in methods if method != "HEAD"}
        elif getattr(route, "routes", None):
            found |= walk(route.routes, path)  # pyright: ignore[reportAttributeAccessIssue]
        elif path not in ("", "/_event", "/api/v1"):  # the pages, the socket, and the routers of the API, which are walked by themselves
            found.add(("GET", path))
    return found


def every_route() -> set[tuple[str, str]]:
    """Return every route that the site is composed of."""
    assert site.app._api
    parts = [site.app._api, *(part for part in site.app.api_transformer if isinstance(part, Starlette))]  # pyright: ignore[reportGeneralTypeIssues, reportOptionalIterable]
    found = set().union(*(walk(part.routes) for part in parts))
    return (
        found
        | walk(build().routes, "/admin")
        | set().union(*(walk(router.routes, "/api/v1") for router in ROUTERS))
        | walk(versioned().routes, "/api/v1")
    )


def compose() -> ASGIApp:
    """Put the site together as its framework does, without the pages."""
    assert site.app._api
    app: Any = Starlette(routes=[route for route in site.app._api.routes if getattr(route, "path", "") in ("/ping", "/_health")])
    for part in site.app.api_transformer:  # pyright: ignore[reportGeneralTypeIssues, reportOptionalIterable]
        if isinstance(part, Starlette):
            outer = Starlette(routes=[r for r in part.routes if getattr(r, "path", "") != ""], exception_handlers=part.exception_handlers)
            outer.mount("", app)
            app = outer
        else:
            app = part(app)
    return app


@pytest.fixture
def cast(sqlite: str, keys: None, quick_passwords: None, monkeypatch: pytest.MonkeyPatch) -> Everybody:
    """Everybody, on a site of their own."""
    monkeypatch.setenv("SCIFLASK_ROLES", '{"student": {"title": "Students"}}')
    settings.cache_clear()
    return everybody()


def test_the_table_is_complete(cast):
    assert every_route() == set(rows())


def expected(kind: str, method: str, who: str) -> object:  # noqa: C901, PLR0911, PLR0912 - a table that reads as one
    """Return what is answered: statuses, or the way to the sign-in page."""
    cookie, account = who in ROLES, who in ACCOUNTS
    match kind:
        case "open":
            return {200, 503}  # /health tells the truth of a test's site: there is no queue
        case "manual":
            return {200, 307, 404}  # built or not, it is for everybody
        case "secret":
            return {200}
        case "kept":
            return {404}  # whoever knows the key may read; of this tool nothing is kept
        case "form" | "account form" | "look" | "stop" if not cookie:
            return {404} if kind == "look" else {403}  # forms are for browsers
        case "form" | "callback" | "stop":
            return ANYTHING - {403, 404}
        case "account form" | "look":
            return ANYTHING - {401, 403} if account else {303, 401, 404}
        case "panel":
            if who in ("anonymous", "guest", "disabled") or not cookie:
                return {401}
            return ANYTHING - {401} if who == "admin" else {403}
        case "manage":
            return {200, 422} if who == "admin" else {404}
        case "agents":
            return {401} if cookie or who in ("expired", "revoked") else None
    if who in ("anonymous", "disabled", "expired", "revoked"):
        return REFUSED
    if kind == "cookie read" and (not cookie or who in ("guest", "looking")):
        return {401, 403}
    if kind == "secret one" and who == "looking":
        return {403}
    mine = who in ("user", "looking", *BEARERS)
    if who == "looking" and method != "GET":
        return {403, 409}
    if kind in ("write", "write one", "upload") and who == "read":
        return {403}
    if kind in ("read one", "write one", "secret one") and not mine:
        return {404}
    return {200, 201, 202, 204, 404, 409, 415, 422} if kind in ("write", "write one", "upload") else {200}


def body(method: str, path: str, ada: Any) -> dict[str, Any]:
    """Return a well-formed body, with ids of what is Ada's."""
    if path == "/api/v1/uploads":
        return {"files": {"file": ("a.csv", b"a,b\n")}}
    if path == "/api/v1/studies":
        return {"json": {"tool": "correlation", "name": "n", "inputs": {"dataset1": ada.upload.id}}}
    if path.endswith("/live"):
        return {"json": {}}
    if path.endswith("/analyses"):
        return {"json": {"name": "n"}}
    if path == "/auth/look":
        return {"data": {"owner_id": ada.owner_id}}
    return {}


def address(path: str, ada: Any) -> str:
    """Return a path with the ids of what is Ada's."""
    names = {
        "study_id": ada.study.id,
        "analysis_id": ada.done.id,
        "share_id": ada.share.id,
        "token": token_of(ada.share.id),
        "slug": "correlation",
        **{name: value for promises in all_promises() for name, value in promises.places.items()},
    }
    name = "genes.csv" if "/examples/" in path else "pairs.csv"
    return path.replace("{path:path}", "x").format(**names, name=name, key="owner", storage="x")


def headers(who: str, cast: Everybody) -> dict[str, str]:
    """Return what each of them sends along."""
    if who in BEARERS:
        return {"authorization": f"Bearer {getattr(cast.ada, who)}"}
    return {"cookie": f"{SESSION_COOKIE}={cast.sessions[who]}", "origin": OURS}


def judge(answer: httpx.Response, want: object) -> bool:
    """Whether an answer is one of those that are right."""
    return want is None or answer.status_code in want  # pyright: ignore[reportOperatorIssue]


@pytest.mark.parametrize("who", WHO)
def test_everybody_at_every_route(who, cast):
    wrong: list[str] = []

    async def ask_all() -> None:
        transport = httpx.ASGITransport(compose(), raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url=OURS, headers=headers(who, cast)) as client:
            for (method, path), kind in rows().items():
                if kind == "agents" and expected(kind, method, who) is None:
                    continue  # needs its lifespan; its own tests have it
                answer = await client.request(method, address(path, cast.ada), **body(method, path, cast.ada))
                client.cookies.clear()
                want = expected(kind, method, who)
                if not judge(answer, want):
                    wrong.append(f"{method} {path}: {answer.status_code}, {answer.text[:80]!r}")
                if (
                    kind in ("account form", "look")
                    and answer.status_code == 303
                    and who not in ACCOUNTS
                    and "/login" not in answer.headers["location"]
                ):
                    wrong.append(f"{method} {path}: goes to {answer.headers['location']}")

    before = of_ada(cast.ada, everything())
    asyncio.run(ask_all())
    assert not wrong, "\n".join(wrong)
    if who not in ("user", "admin", "submit"):
        assert of_ada(cast.ada, everything()) == before


def test_no_other_method_is_taken(cast):
    wrong: list[str] = []
    known = {path: {method for method, other in rows() if other == path} for _, path in rows()}

    async def ask_all() -> None:
        transport = httpx.ASGITransport(compose(), raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url=OURS, headers=headers("admin", cast)) as client:
            for path, methods in known.items():
                for method in METHODS:
                    if method in methods or (method == "HEAD" and "GET" in methods) or path == "/mcp":
                        continue
                    answer = await client.request(method, address(path, cast.ada))
                    if answer.status_code not in ((403, 404, 405) if path.startswith("/admin") else (404, 405)):
                        wrong.append(f"{method} {path}: {answer.status_code}")

    before = everything()
    asyncio.run(ask_all())
    assert not wrong, "\n".join(wrong)
    assert everything() == before


@pytest.mark.parametrize("origin", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {}])
@pytest.mark.parametrize("who", ["user", "admin"])
def test_a_cookie_alone_changes_nothing(who, origin, cast):
    """Whatever another site makes a browser send, with its cookies: refused, everywhere (I2)."""
    wrong: list[str] = []
    sent = {"cookie": headers(who, cast)["cookie"]} | origin

    async def ask_all() -> None:
        transport = httpx.ASGITransport(compose(), raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url=OURS, headers=sent) as client:
            for method, path in rows():
                if method != "GET" and path != "/mcp":
                    answer = await client.request(method, address(path, cast.ada), **body(method, path, cast.ada))
                    if answer.status_code not in ((403, 404) if path == "/auth/look" else (403,)):
                        wrong.append(f"{method} {path}: {answer.status_code}")

    before = everything()
    asyncio.run(ask_all())
    assert not wrong, "\n".join(wrong)
    assert everything() == before
