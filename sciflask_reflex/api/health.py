"""``/health`` names the part that fails, ``/live`` only says that the process answers."""

import shutil
from collections.abc import Callable

import redis
from anyio import create_task_group, move_on_after, to_thread
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse

from sciflask_reflex import storage
from sciflask_reflex.db import reading
from sciflask_reflex.settings import MIB, settings

SECONDS = 1.0
HEADERS = {"cache-control": "no-store"}
Fault = str | None


def database() -> Fault:
    """Ask the database for an answer."""
    try:
        with reading() as session:
            session.execute(text("SELECT 1 FROM owner LIMIT 1"))
    except SQLAlchemyError:
        return "The database does not answer."
    return None


def broker() -> Fault:
    """Ask the server that carries jobs and events for an answer."""
    try:
        with redis.Redis.from_url(settings().broker_url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS) as client:
            client.ping()
    except (redis.RedisError, OSError):
        return "The queue does not answer. Analyses wait until it is back; none is lost."
    return None


def disk() -> Fault:
    """Look whether there is room, and whether we may write."""
    try:
        free = shutil.disk_usage(storage.root()).free
        probe = storage.run_folder() / ".health"
        probe.touch()
    except OSError:
        return "The data folder cannot be written."
    return None if free >= storage.FREE_FLOOR_BYTES else f"Only {free // MIB} MiB are free on the disk."


PARTS: dict[str, Callable[[], Fault]] = {"database": database, "broker": broker, "disk": disk}


async def faults(parts: dict[str, Callable[[], Fault]]) -> dict[str, Fault]:
    """Return what each part says, all asked at once; one that takes longer than a second has failed."""
    found: dict[str, Fault] = dict.fromkeys(parts, f"No answer within {SECONDS:g} s.")

    async def ask(name: str) -> None:
        with move_on_after(SECONDS):
            found[name] = await to_thread.run_sync(parts[name], abandon_on_cancel=True)

    async with create_task_group() as group:
        for name in parts:
            group.start_soon(ask, name)
    return found


async def health(request: Request) -> JSONResponse:
    """Answer 200 if every part works, else 503 with the failing ones."""
    found = await faults(PARTS)
    failing = [name for name, fault in found.items() if fault]
    document = {
        "status": "failing" if failing else "ok",
        "failing": failing,
        "parts": {name: fault or "ok" for name, fault in found.items()},
    }
    return JSONResponse(document, 503 if failing else 200, HEADERS)


async def live(request: Request) -> JSONResponse:
    """Answer 200: the process is there."""
    return JSONResponse({"status": "alive"}, headers=HEADERS)
