"""All guards together, around an app that answers everything."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from sciflask_reflex import routes
from sciflask_reflex.db import engine
from sciflask_reflex.http import bodies
from sciflask_reflex.http.asgi import client_ip
from sciflask_reflex.http.guards import guards
from sciflask_reflex.http.origin import ours
from sciflask_reflex.http.slots import NETWORKS, SOCKETS, UPLOADS
from sciflask_reflex.identity import sessions
from sciflask_reflex.identity.cookies import new_guest_token
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.secrets import ensure, subkey
from sciflask_reflex.settings import settings
from sciflask_reflex.studies.state import StudyUploadState
from tests.accounts import signed_in

OURS = "http://localhost:3000"
EVIL = "https://evil.example"
HTML = {"accept": "text/html,*/*", "sec-fetch-dest": "document"}


async def everything(scope: Any, receive: Any, send: Any) -> None:
    """Answer 200 to every request after reading its body; accept every socket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    while (message := await receive())["type"] == "http.request" and message.get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html"), (b"server", b"granian/2")]})
    await send({"type": "http.response.body", "body": b"hello"})


@pytest.fixture
def app(sqlite: str) -> Iterator[Any]:
    """Return the guarded app, on a fresh site."""
    subkey.cache_clear()
    ensure()
    yield guards(everything)
    subkey.cache_clear()


@pytest.fixture
def guest_cookie() -> str:
    """Return the cookie of a guest who owns nothing yet."""
    return f"sciflask_session={new_guest_token()}"


@pytest.mark.parametrize(
    "path",
    [
        "/_upload/x.csv", "/_upload/", "/_upload", "/_upload/..%2f", "/.git/config", "/.env", "/_all_routes", "/auth-codespace",
        "/a/../.env", "/..", "/x\\y", "/a\x00b", "/" + "x" * 5000,
    ],
)  # fmt: skip
def test_what_is_never_served(app: Any, ask: Any, path: str) -> None:
    assert ask(app, "GET", path).status == 404
    assert ask(app, "HEAD", path).body == b""


@pytest.mark.parametrize("path", ["/", "/profile", "/.well-known/security.txt", "/assets/a.js"])
def test_what_is_served(app: Any, ask: Any, path: str) -> None:
    assert ask(app, "GET", path).status == 200


def upload_headers(cookie: str, /, **changes: str) -> dict[str, str]:
    """Return the headers of a good upload, with changes; an empty value leaves one out."""
    headers = {"origin": OURS, "cookie": cookie, "content-length": "5"} | {key.replace("_", "-"): value for key, value in changes.items()}
    return {key: value for key, value in headers.items() if value}


def test_guest_may_upload(app: Any, ask: Any, guest_cookie: str) -> None:
    assert ask(app, "POST", "/_upload", upload_headers(guest_cookie), [b"12345"]).status == 200


def test_owner_may_upload_until_the_session_ends(app: Any, ask: Any) -> None:
    token = signed_in()
    headers = upload_headers(f"sciflask_session={token}")
    assert ask(app, "POST", "/_upload", headers, [b"12345"]).status == 200
    sessions.close_session(token)
    assert ask(app, "POST", "/_upload", headers, [b"12345"]).status == 401


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"cookie": ""}, 401),
        ({"cookie": "sciflask_session=guessed"}, 401),
        ({"cookie": "sciflask_session=g.forged.0000"}, 401),
        ({"origin": EVIL}, 403),
        ({"origin": "null"}, 403),
        ({"origin": ""}, 403),
        ({"content_length": ""}, 411),
        ({"content_length": str(10**12)}, 413),
        ({"content_length": "-1"}, 400),
        ({"content_length": "1e3"}, 400),
    ],
)
def test_upload_is_refused_before_the_body_is_read(app: Any, ask: Any, guest_cookie: str, changes: dict[str, str], status: int) -> None:
    answer = ask(app, "POST", "/_upload", upload_headers(guest_cookie, **changes), [b"x" * 1000] * 100)
    assert (answer.status, answer.reads) == (status, 0)
    assert answer.header("content-type") == "application/problem+json"


@pytest.mark.parametrize(
    ("handler", "size", "status"),
    [
        ("receive_several", 2, 200),
        ("receive_several", 102, 413),
        ("receive", 2, 413),
        ("nothing", 2, 413),
    ],
)
def test_an_upload_of_several_files_may_be_as_large_as_they_are(
    app: Any, ask: Any, guest_cookie: str, handler: str, size: int, status: int
) -> None:
    named = {"reflex-event-handler": f"{StudyUploadState.get_full_name()}.{handler}"}
    headers = upload_headers(guest_cookie, content_length=str(size * settings().max_file_bytes)) | named
    assert ask(app, "POST", "/_upload", headers, [b"x"]).status == status


def test_a_guest_may_not_upload_where_guests_are_not_let_in(app: Any, ask: Any, guest_cookie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIFLASK_GUESTS", "false")
    settings.cache_clear()
    assert ask(app, "POST", "/_upload", upload_headers(guest_cookie), [b"x"]).status == 401


def test_a_seventh_upload_at_once_is_refused(app: Any, ask: Any) -> None:
    token = new_guest_token()
    owner = sessions.ensure_guest(token, ip="192.0.2.1").owner_id
    headers = upload_headers(f"sciflask_session={token}")
    with ExitStack() as stack:
        for _ in range(6):
            stack.enter_context(UPLOADS.take(owner))
        answer = ask(app, "POST", "/_upload", headers, [b"x"])
        assert (answer.status, answer.reads) == (429, 0)
        assert answer.header("retry-after") == "5"
    assert ask(app, "POST", "/_upload", headers, [b"x"]).status == 200
    assert UPLOADS.taken == 0


def test_guests_of_one_network_do_not_take_every_place(app: Any, ask: Any) -> None:
    """Guests cost nothing to make: a few of them must not keep everybody else from uploading."""
    mine = {"client": "192.0.2.1"}
    with ExitStack() as stack:
        for number in range(NETWORKS.each):
            stack.enter_context(UPLOADS.take(f"guest {number}"))
            stack.enter_context(NETWORKS.take("192.0.2.1"))
        headers = upload_headers(f"sciflask_session={new_guest_token()}")
        assert ask(app, "POST", "/_upload", headers, [b"x"], **mine).status == 429
        assert ask(app, "POST", "/_upload", headers, [b"x"], client="198.51.100.7").status == 200
    assert ask(app, "POST", "/_upload", headers, [b"x"], **mine).status == 200
    assert (UPLOADS.taken, NETWORKS.taken) == (0, 0)


def test_an_event_that_takes_no_file_is_no_fault_of_ours(app: Any, ask: Any, guest_cookie: str) -> None:
    for handler in (SessionState.load, StudyUploadState.check):
        headers = upload_headers(guest_cookie) | {"reflex-event-handler": handler_name(handler), "reflex-client-token": "t"}
        answer = ask(app, "POST", "/_upload", headers, [b"x"])
        assert (answer.status, answer.reads) == (400, 0)
    headers["reflex-event-handler"] = handler_name(StudyUploadState.receive)
    assert ask(app, "POST", "/_upload", headers, [b"x"]).status == 200


def handler_name(handler: Any) -> str:
    """Return the name under which a browser calls a handler."""
    return f"{handler.state.get_full_name()}.{handler.fn.__name__}"


@pytest.mark.parametrize("origin", [EVIL, "null", "http://localhost:3000.evil.example", "https://localhost:3000"])
def test_socket_is_refused_to_foreign_pages(app: Any, ask: Any, origin: str) -> None:
    assert ask(app, "WS", "/_event/", {"origin": origin}).messages[0]["type"] == "websocket.close"
    assert ask(app, "GET", "/_event/", {"origin": origin}).status == 403


@pytest.mark.parametrize("headers", [{"origin": OURS}, {"origin": "http://127.0.0.1:3000"}, {}])
def test_socket_opens_for_our_pages(app: Any, ask: Any, headers: dict[str, str]) -> None:
    assert ask(app, "WS", "/_event/", headers).messages == [{"type": "websocket.accept"}]
    assert SOCKETS.taken == 0


def test_sockets_of_one_address_are_capped(app: Any, ask: Any) -> None:
    with ExitStack() as held:
        for _ in range(SOCKETS.each):
            held.enter_context(SOCKETS.take("192.0.2.1"))
        assert ask(app, "WS", "/_event/", {"origin": OURS}).messages[0]["type"] == "websocket.close"
        assert ask(app, "WS", "/_event/", {"origin": OURS}, client="192.0.2.2").messages[0]["type"] == "websocket.accept"


def test_behind_a_proxy_its_word_counts_and_nobody_elses(app: Any, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    forged = {"headers": [(b"x-forwarded-for", b"198.51.100.1, 198.51.100.2")], "client": ("192.0.2.1", 1)}
    assert client_ip(forged) == "192.0.2.1"
    monkeypatch.setenv("SCIFLASK_PROXY_HOPS", "1")
    settings.cache_clear()
    assert client_ip(forged) == "198.51.100.2"
    assert client_ip({"headers": [], "client": ("192.0.2.1", 1)}) == "192.0.2.1"


def test_a_page_that_hides_its_origin_is_known_by_its_site() -> None:
    hidden = (b"origin", b"null")
    assert ours({"headers": [hidden, (b"sec-fetch-site", b"same-origin")]})
    assert not ours({"headers": [hidden, (b"sec-fetch-site", b"cross-site")]})
    assert not ours({"headers": [hidden]})
    assert not ours({"headers": [(b"origin", b"https://evil.example"), (b"sec-fetch-site", b"same-origin")]})


def test_body_is_cut_at_the_limit(app: Any, ask: Any) -> None:
    half = b"x" * (bodies.MAX_BODY_BYTES // 2)
    assert ask(app, "POST", "/auth/login", {}, [half, half]).status == 200
    answer = ask(app, "POST", "/auth/login", {}, [half, half, b"!", half])
    assert (answer.status, answer.reads) == (413, 3)
    honest = ask(app, "POST", "/auth/login", {"content-length": str(bodies.MAX_BODY_BYTES + 1)}, [half])
    assert (honest.status, honest.reads) == (413, 0)


def test_every_answer_carries_the_headers(app: Any, ask: Any) -> None:
    for method, path in (("GET", "/"), ("GET", "/.env"), ("POST", "/_upload"), ("GET", "/assets/x.js"), ("POST", "/auth/login")):
        answer = ask(app, method, path)
        assert answer.header("x-content-type-options") == "nosniff"
        assert answer.header("cross-origin-opener-policy") == "same-origin"
        assert answer.header("referrer-policy") == "same-origin"
        assert answer.header("permissions-policy")
        policy = answer.header("content-security-policy")
        assert policy is not None
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert answer.header("server") is None
        assert answer.header("strict-transport-security") is None


def test_hsts_and_no_referrer(app: Any, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIFLASK_PUBLIC_URL", "https://science.example")
    settings.cache_clear()
    assert "max-age=31536000" in (ask(app, "GET", "/").header("strict-transport-security") or "")
    for page in (routes.CONFIRM, routes.CONFIRM_EMAIL, routes.NEW_PASSWORD, routes.JOIN_CONFIRM, "/r/secret"):
        assert ask(app, "GET", page).header("referrer-policy") == "no-referrer"
        assert ask(app, "GET", page).header("x-robots-tag") == "noindex"
    assert "wss://science.example" in (ask(app, "GET", "/").header("content-security-policy") or "")


def test_caching(app: Any, ask: Any) -> None:
    assert ask(app, "GET", "/assets/index-B1x_9-Za.js").header("cache-control") == "public, max-age=31536000, immutable"
    assert ask(app, "GET", "/").header("cache-control") == "private, no-cache"
    assert ask(app, "GET", "/api/v1/tools").header("cache-control") == "no-store"


def test_visitor_gets_a_guest_cookie_with_the_first_page(app: Any, ask: Any) -> None:
    answer = ask(app, "GET", "/", HTML)
    cookie = answer.header("set-cookie") or ""
    assert cookie.startswith("sciflask_session=g.")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert answer.header("cache-control") == "private, no-store"
    kept = cookie.split(";")[0]
    assert ask(app, "GET", "/", HTML | {"cookie": kept}).header("set-cookie") is None


@pytest.mark.parametrize("stale", ["sciflask_session=gone", "sciflask_session=g.forged.00", "other=1"])
def test_a_session_that_is_no_good_is_replaced(app: Any, ask: Any, stale: str) -> None:
    assert (ask(app, "GET", "/profile", HTML | {"cookie": stale}).header("set-cookie") or "").startswith("sciflask_session=g.")


def test_a_used_up_guest_gets_a_new_cookie(app: Any, ask: Any) -> None:
    token = new_guest_token()
    sessions.ensure_guest(token, ip="192.0.2.1")
    assert ask(app, "GET", "/", HTML | {"cookie": f"sciflask_session={token}"}).header("set-cookie") is None
    sessions.close_session(token)
    fresh = ask(app, "GET", "/", HTML | {"cookie": f"sciflask_session={token}"}).header("set-cookie") or ""
    assert fresh.startswith("sciflask_session=g.")
    assert token not in fresh


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/api/v1/tools", HTML),
        ("GET", "/assets/a.js", HTML),
        ("GET", "/", {"accept": "*/*"}),
        ("GET", "/logo.png", {"accept": "text/html", "sec-fetch-dest": "image"}),
        ("POST", "/", HTML),
    ],
)
def test_only_pages_set_the_cookie(app: Any, ask: Any, method: str, path: str, headers: dict[str, str]) -> None:
    assert ask(app, method, path, headers).header("set-cookie") is None


def test_no_guest_cookie_where_guests_are_not_let_in(app: Any, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIFLASK_GUESTS", "false")
    settings.cache_clear()
    assert ask(app, "GET", "/", HTML).header("set-cookie") is None


def test_pages_are_served_while_the_database_is_down(app: Any, ask: Any, guest_cookie: str) -> None:
    (settings().data_dir / "sciflask.db").write_bytes(b"this is no database" * 100)
    engine().dispose()
    assert ask(app, "GET", "/", HTML | {"cookie": guest_cookie}).status == 200
    assert ask(app, "POST", "/_upload", upload_headers("sciflask_session=whoever"), [b"x"]).status == 503


def test_routes_are_still_found_from_outside() -> None:
    class Inner:
        routes = ("a route",)

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            raise AssertionError

    assert guards(Inner()).routes == ("a route",)  # pyright: ignore[reportFunctionMemberAccess]
