"""Whether the time of a refusal tells which addresses have an account, and whether a rush of sign-ins holds up everybody else."""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from http import HTTPStatus
from itertools import count

import httpx
from measuring.claims import Claim, finish, parser
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sciflask_reflex import secrets
from sciflask_reflex.entry.http import ROUTES
from sciflask_reflex.errors import Refused, TooOften
from sciflask_reflex.identity import by_password, limits
from sciflask_reflex.identity.academic import institution_of
from sciflask_reflex.identity.devices import Browser
from sciflask_reflex.identity.service import create_account
from sciflask_reflex.settings import settings
from sciflask_reflex.supervisor import migrations

KNOWN, UNKNOWN, PASSWORD = "ada@example.org", "nobody@example.org", "correct horse battery 77"
TRIES, RUSH, PINGS = 20, 20, 200
_networks = count()
LARGEST_RATIO, MOST_PING_MS, MOST_LOOKUP_MS = 1.25, 200.0, 5.0


def refusal_ms(email: str) -> tuple[float, float]:
    """Return wall and processor time of one refused sign-in, from a network of its own and with no earlier one counted."""
    limits.forget(limits.SIGN_IN_ADDRESS, email)
    browser = Browser(f"198.18.{next(_networks)}.1", "Benchmark", "")
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        by_password.sign_in(email, "wrong wrong wrong", browser)
    except TooOften:
        raise
    except Refused:
        return (time.perf_counter() - wall) * 1_000, (time.process_time() - cpu) * 1_000
    sys.exit(f"{email} was let in with a wrong password.")


def refusals() -> float:
    """Time refusals by turns, so that whatever else the machine does hits both alike; return the ratio of the processor times."""
    for email in (KNOWN, UNKNOWN):
        refusal_ms(email)  # the first ones load and connect
    times = {email: [] for email in (KNOWN, UNKNOWN)}
    for _ in range(TRIES):
        for email, seen in times.items():
            seen.append(refusal_ms(email))
    medians = {email: [statistics.median(part) for part in zip(*seen, strict=True)] for email, seen in times.items()}
    for email, (wall, cpu) in medians.items():
        print(f"refused, {email}: median {wall:.1f} ms, of the processor {cpu:.1f} ms, n = {TRIES}")
    return max(medians[KNOWN][1], medians[UNKNOWN][1]) / min(medians[KNOWN][1], medians[UNKNOWN][1])


def lookup_ms() -> float:
    """Return the time to find an institution with what the admins wrote down in the database."""
    institution_of("x@imperial.ac.uk")
    begin = time.perf_counter()
    for number in range(200):
        institution_of(f"x@{number}.ox.ac.uk")
    return (time.perf_counter() - begin) * 1_000 / 200


async def _ping(request: object) -> PlainTextResponse:
    return PlainTextResponse("pong")


async def ping_ms(rush: int) -> float:
    """Return the 95th percentile of a small request while so many people sign in over and over."""
    app = Starlette(routes=[Route("/ping", _ping), *ROUTES])
    transport = httpx.ASGITransport(app)
    headers = {"origin": settings().public_url}
    async with httpx.AsyncClient(transport=transport, base_url=settings().public_url, headers=headers) as client:

        async def sign_in() -> None:
            while True:
                answer = await client.post("/auth/login", data={"email": KNOWN, "password": PASSWORD})
                assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text

        people = [asyncio.create_task(sign_in()) for _ in range(rush)]
        seen = [await _timed(lambda: client.get("/ping")) for _ in range(PINGS)]
        for person in people:
            person.cancel()
        await asyncio.gather(*people, return_exceptions=True)
    return statistics.quantiles(seen, n=20)[-1]


async def _timed(ask: Callable[[], object]) -> float:
    begin = time.perf_counter()
    await ask()  # pyright: ignore[reportGeneralTypeIssues]
    await asyncio.sleep(0.01)
    return (time.perf_counter() - begin) * 1_000 - 10


def measure() -> list[Claim]:
    """Measure on the site of this process."""
    secrets.ensure()
    migrations.run("upgrade", settings().database_url, "head")
    create_account(KNOWN, PASSWORD)
    ratio, lookup = refusals(), lookup_ms()
    quiet, rush = asyncio.run(ping_ms(0)), asyncio.run(ping_ms(RUSH))
    return [
        Claim(
            "refusal of a known against an unknown address",
            ratio,
            "times",
            most=LARGEST_RATIO,
            how="of the processor; the larger by the smaller",
        ),
        Claim("small request while twenty people sign in", rush, "ms", most=MOST_PING_MS, how=f"95 % within this; {quiet:.1f} ms alone"),
        Claim("institution of an address, database asked", lookup, "ms", most=MOST_LOOKUP_MS, how="mean of 200"),
    ]


def main() -> int:
    """Measure on a site of its own."""
    asked = parser(__doc__).parse_args()
    with tempfile.TemporaryDirectory(prefix="sciflask-bench-") as folder:
        os.environ["SCIFLASK_DATA_DIR"] = folder
        return finish(measure(), asked.json)


if __name__ == "__main__":
    sys.exit(main())
