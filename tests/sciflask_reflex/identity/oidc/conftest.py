"""Providers, and a site that knows them."""

import json
from collections.abc import Callable, Iterator

import pytest

from sciflask_reflex.identity.oidc import discovery, flow
from sciflask_reflex.providers import Provider
from tests.providers import CLIENT, SECRET, LyingProvider, RealProvider, lying_provider, real_provider


@pytest.fixture(scope="session")
def real() -> Iterator[RealProvider]:
    """A real provider in a process of its own."""
    with real_provider() as provider:
        yield provider


@pytest.fixture
def lying() -> Iterator[LyingProvider]:
    """A provider that lies."""
    with lying_provider() as provider:
        yield provider


@pytest.fixture
def provider_at(configure: Callable[..., None]) -> Iterator[Callable[..., Provider]]:
    """Return a function that makes the site know one provider."""

    def known(issuer: str, **more: object) -> Provider:
        row = {"slug": "inst", "title": "Institute", "issuer": issuer, "client_id": CLIENT, "client_secret": SECRET} | more
        configure(oidc=json.dumps([row]), registration="open")
        return flow.provider_of(str(row["slug"]))

    discovery.forget()
    yield known
    discovery.forget()
