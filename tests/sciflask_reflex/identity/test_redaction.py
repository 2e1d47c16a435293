import io
import logging
import time

import pytest

from sciflask_reflex.identity.redaction import AFew, ScrubbedRecord, guard_logs, scrub

SECRET = "s3cr3t-value"
LINES = [
    f"headers {{'host': 'x', 'cookie': 'sciflask_session={SECRET}; a=b'}}",
    f"{{'Authorization': 'Bearer {SECRET}'}}",
    f'form {{"password": "{SECRET}\\" more {SECRET}", "email": "a@b.c"}}',
    f"{{'confirm_password': '{SECRET}'}}",
    f"Error processing event queue entry for Event(name='x.y', router_data={{'headers': {{'cookie': '{SECRET}'}}}}, payload={{'a': '{SECRET}'}}) [txid=1]:",
    f"Received event from session 1 with no associated token. This may indicate a bug. Event data: {{'x': '{SECRET}'}}",
    f"Failed to deserialize event data: ['{SECRET}'].",
    f"Error transforming event argument 'a' with value '{SECRET}' and type hint 'int'",
    f"GET /_event?token={SECRET}&EIO=4",
    f"Authorization: Bearer {SECRET}",
    f"key sfk_{SECRET} was used",
    f"{{'code': '{SECRET}', 'next': '/profile'}}",
    f"GET /auth/oidc/orcid/callback?code={SECRET}&state={SECRET} answered",
    f"form {{'altcha': '{SECRET}', 'current_password': '{SECRET}'}}",
    f'{{"credential": "{SECRET}"}}',
    f"code={SECRET}&next=",
    f"Set-Cookie: sciflask_session={SECRET}; Path=/",
]


@pytest.mark.parametrize("line", LINES)
def test_secrets_are_taken_out(line):
    assert SECRET not in scrub(line)
    assert "removed" in scrub(line)


def test_a_shared_address_is_written_without_its_token():
    token = "9SbA9BLxStjer0-0AXhk-ssPpiJ-XnF1_ZhFaRXrcdA"
    for line in (f"GET /r/{token}/files/pairs.csv failed.", f'{{"pathname": "/r/{token}"}}'):
        assert token not in scrub(line)
        assert "/r/[removed]" in scrub(line)


def test_what_is_useful_stays():
    assert "x.y" in scrub(LINES[4])
    assert "a@b.c" in scrub(LINES[2])
    assert scrub("ended with exit code: 1 (code=1)") == "ended with exit code: 1 (code=1)"
    assert scrub("Analysis 17 failed: out of memory.") == "Analysis 17 failed: out of memory."


@pytest.fixture
def written():
    before = logging.getLogRecordFactory()
    guard_logs()
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)
    logging.setLogRecordFactory(before)


def test_every_logger_is_scrubbed_messages_and_tracebacks(written):
    assert logging.getLogRecordFactory() is ScrubbedRecord
    log = logging.getLogger("anybody.at.all")
    log.warning("got %s", {"password": SECRET})
    try:
        message = f"Failed to deserialize event data: {SECRET}"
        raise ValueError(message)
    except ValueError:
        log.exception("it failed")
    assert SECRET not in written.getvalue()
    assert "ValueError" in written.getvalue()


def test_a_flood_is_a_few_lines():
    record = logging.LogRecord("reflex.app", logging.ERROR, "", 1, "x", (), None)
    few = AFew(60)
    assert sum(few.filter(record) for _ in range(10_000)) <= 25


def test_a_line_of_any_length_is_scrubbed_quickly():
    began = time.monotonic()
    assert len(scrub("x" * 500_000)) == 500_000
    assert scrub("x" * 100_000 + " password=hunter2").endswith("password=[removed]")
    assert time.monotonic() - began < 5
