"""Whatever the site tells a browser: no hash, no token, no path of the server, nobody else's address (W10)."""

import json
import re

import pytest

import sciflask_reflex.sciflask_reflex
from sciflask_reflex.identity.cookies import hash_of
from sciflask_reflex.links import token_of
from sciflask_reflex.settings import settings
from tests.everybody import PASSWORD, everybody
from tests.sciflask_reflex.test_doors import arguments, own_handlers, table

assert sciflask_reflex.sciflask_reflex.app
pytestmark = pytest.mark.anyio
LEAVES_LAST = ("SessionsState.revoke", "SessionsState.revoke_others", "ProfileState.delete_analysis", "ProfileState.delete_study")
PATHS = re.compile(r"(?<![\w:/.])/(?:tmp|home|root|work|usr|var|etc)/[\w./-]+")


@pytest.mark.parametrize("role", ["user", "admin"])
async def test_a_whole_session_tells_nothing_that_it_should_not(role, sqlite, keys, desk):
    cast = everybody()
    query = {"analysis_id": cast.ada.done.id, "study_id": cast.ada.study.id, "slug": "correlation", "token": token_of(cast.ada.share.id)}
    given = arguments(cast.ada)
    calls = sorted(own_handlers().items(), key=lambda item: item[0] in LEAVES_LAST)
    async with desk() as it:
        tab = it.tab(cast.sessions[role], path="/profile", query=query)
        for name, (event, _) in calls:
            if table()[name][0] != "admin" or role == "admin":
                await tab.send(event, **given.get(name, {}))
        sent = [{"delta": update.delta, "events": [str(each) for each in update.events]} for update in it.sent[tab.token]]
    # The router's own vars repeat what the browser sent: they are its address and headers, not ours to tell.
    for update in sent:
        for state in update["delta"].values():
            for var in [var for var in state if var.startswith("rx_router")]:
                del state[var]
    text = json.dumps(sent, default=str)
    assert len(text) > 2_000, "it was a session indeed"
    secrets = [*cast.sessions.values(), cast.ada.read, cast.ada.submit, cast.ada.expired, cast.ada.revoked, PASSWORD]
    for secret in filter(None, secrets):
        assert secret not in text
        assert hash_of(secret) not in text
    assert "$argon2" not in text
    assert "$2b$" not in text
    assert str(settings().data_dir) not in text
    assert not PATHS.search(text)
    others = {"user": ("bob@", "carol@", "root@", "dora@", "eve@"), "admin": ()}[role]
    assert [address for address in others if address in text] == []
