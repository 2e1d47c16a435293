"""Providers for tests, on this machine: a real one in a process of its own, and one that lies in every way that it is told to."""

import json
import socket
import subprocess
import sys
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "sciflask-tests", "a secret of the tests"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass(frozen=True)
class RealProvider:
    """An OpenID Connect provider that runs."""

    issuer: str

    def know(self, subject: str, **claims: Any) -> None:
        """Give somebody an identity there."""
        httpx.put(f"{self.issuer}/users/{subject}", json=claims, trust_env=False).raise_for_status()

    def agree(self, address: str, subject: str) -> dict[str, str]:
        """Sign somebody in there, as the person's browser would, and return what the browser brings back."""
        answer = httpx.post(address, data={"sub": subject}, trust_env=False)
        return brought_back(answer.headers["location"])

    def deny(self, address: str) -> dict[str, str]:
        """Press the other button."""
        return brought_back(httpx.post(address, data={"action": "deny"}, trust_env=False).headers["location"])


def brought_back(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@contextmanager
def real_provider() -> Iterator[RealProvider]:
    """Start a provider, and stop it at the end."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    provider = RealProvider(f"http://127.0.0.1:{port}")
    try:
        _wait_for(provider.issuer, process)
        yield provider
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(issuer: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"{issuer}/.well-known/openid-configuration", trust_env=False).raise_for_status()
        except httpx.HTTPError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _b64(content: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


@dataclass
class LyingProvider:
    """Answers what the test puts in: claims, signature, status, addresses."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=lambda: {"sub": "s1"})
    status: int = 200
    location: str = ""
    body: bytes | None = None
    signature: str = "RS256"
    published: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    key: RSAKey | None = None
    asked: list[str] = field(default_factory=list)

    def id_token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "s1", "iat": now, "exp": now + 60} | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.signature == "none":
            return f"{_b64({'alg': 'none'})}.{_b64(claims)}."
        if self.signature == "HS256":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET.ljust(32, "x")), algorithms=["HS256"])
        signing = self.key or self.published
        return jwt.encode({"alg": "RS256", "kid": signing.kid or ""}, claims, signing)

    def answer(self, path: str) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks", "userinfo_endpoint": "userinfo"}
            return {"issuer": self.issuer} | {name: f"{self.issuer}/{place}" for name, place in names.items()} | self.metadata
        if path == "/jwks":
            return {"keys": [self.published.as_dict(private=False)]}
        if path == "/token":
            return {"access_token": "at", "token_type": "Bearer", "id_token": self.id_token()} | self.tokens
        return self.userinfo


@contextmanager
def lying_provider() -> Iterator[LyingProvider]:
    """Serve one, and stop it at the end."""
    lying = LyingProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            lying.asked.append(self.path)
            spoiled = lying.status != 200 or lying.body is not None
            whole = self.path.startswith("/token") if spoiled else False
            self.send_response(lying.status if whole else 200)
            if lying.location and whole:
                self.send_header("location", lying.location)
            self.end_headers()
            self.wfile.write(lying.body if whole and lying.body is not None else json.dumps(lying.answer(self.path)).encode())

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.do_GET()

        def log_message(self, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    lying.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield lying
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
