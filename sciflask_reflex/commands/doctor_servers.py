"""What `sciflask doctor` asks the database and the queue."""

import importlib.util
import socket
from typing import Any, cast
from urllib.parse import urlsplit

import redis
from sqlalchemy import text
from sqlalchemy.engine import make_url

from sciflask_reflex.commands.verdict import Verdict
from sciflask_reflex.db import PRAGMAS, engine
from sciflask_reflex.errors import Unavailable
from sciflask_reflex.jobs import presence, queues, sandbox
from sciflask_reflex.settings import Settings
from sciflask_reflex.supervisor import claim, migrations, revisions

PATIENCE_S = 2.0
SPOKEN = {"synchronous": {"FULL": "2"}, "foreign_keys": {"ON": "1"}, "trusted_schema": {"OFF": "0"}}
"""How SQLite answers when it is asked for a setting by number."""


def database(site: Settings) -> Verdict:
    """Does the database answer, and as safely as we need."""
    shown = make_url(site.database_url).render_as_string(hide_password=True)
    try:
        migrations.stands_at(site)
    except Unavailable as fault:
        return Verdict(False, fault.sentence, "Start the database, or correct SCIFLASK_DATABASE_URL; without it, SQLite is used.")
    wrong = _wrong_pragmas() if site.is_sqlite else []
    return Verdict(not wrong, f"{shown} answers" if not wrong else f"{shown}: {'; '.join(wrong)}", "Move the data folder to a local disk.")


def tables(site: Settings) -> Verdict:
    """Are the tables those of this version."""
    try:
        present = migrations.stands_at(site)
    except Unavailable:
        return Verdict(False, "cannot be looked at while the database does not answer", "Mend the database first.")
    newest = revisions.newest()
    says = f"at revision {present}" if present == newest else f"at revision {present or 'none'}, not {newest}"
    return Verdict(present == newest, says, "sciflask up brings them up to date.")


def broker(site: Settings) -> Verdict:
    """Does the queue answer, and does it forget nothing."""
    try:
        with redis.Redis.from_url(site.broker_url, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S) as client:
            facts = cast(dict[str, Any], client.info())
    except (redis.RedisError, OSError) as fault:
        if site.embedded_valkey and not claim.is_running(site):
            return Verdict.fine("the embedded server starts with `sciflask up`")
        return Verdict(False, f"{site.broker_url} does not answer ({fault})", "Start the server, or correct SCIFLASK_REDIS_URL.")
    if not facts["aof_enabled"]:
        return Verdict(
            False,
            "the server keeps nothing over a restart",
            "Set `appendonly yes` in its configuration: queued work waits longer without it.",
        )
    if facts["maxmemory_policy"] != "noeviction":
        return Verdict(False, "the server may drop queued work when its memory is full", "Set `maxmemory-policy noeviction`.")
    return Verdict.fine("answers, writes every change to disk and drops nothing")


def workers(site: Settings) -> Verdict:
    """Is every queue served by a worker that lives."""
    present = presence.ask()
    if present is None or (site.embedded_valkey and not claim.is_running(site)):
        return Verdict.fine("are asked while the site runs")
    serving = {queue: sum(queue in worker.queues for worker in present) for queue in queues.all_queues()}
    says = "; ".join(f"{queue}: {count or 'nobody'}" for queue, count in serving.items())
    mend = "Run `sciflask worker` on this machine or another one; SCIFLASK_WORKER_QUEUES says which queues it serves (all by default)."
    return Verdict(all(serving.values()), f"living workers by queue: {says}", mend)


def cluster(site: Settings) -> Verdict:
    """Do the machines answer that share large analyses. Whether they are set up alike is asked when they are used."""
    if not site.dask_address:
        return Verdict.fine("none: every analysis runs on one machine")
    if importlib.util.find_spec("distributed") is None:
        return Verdict(False, "SCIFLASK_DASK_ADDRESS is set, but Dask is not installed", ".venv/bin/pip install -r requirements-dask.txt")
    where = urlsplit(site.dask_address)
    try:
        socket.create_connection((where.hostname or "", where.port or 0), timeout=PATIENCE_S).close()
    except OSError as fault:
        return Verdict(
            False, f"{site.dask_address} does not answer ({fault})", "Start `dask scheduler` there, or take SCIFLASK_DASK_ADDRESS away."
        )
    open_to_all = "" if site.dask_tls else "; without TLS, so whoever reaches that port can run programs there"
    told = " ".join(f"{name}={value}" for name, value in (sandbox.ONE_THREAD | sandbox.kernels()).items() if name.startswith("OPENBLAS"))
    return Verdict.fine(f"{site.dask_address} answers{open_to_all}. Start its workers with {told}, as jobs are here")


def _wrong_pragmas() -> list[str]:
    with engine().connect() as connection:
        found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name, _, _ in (p.partition("=") for p in PRAGMAS)}
    wanted = {name: SPOKEN.get(name, {}).get(value, value) for name, _, value in (p.partition("=") for p in PRAGMAS)}
    return [f"{name} is {found[name]}, not {value}" for name, value in wanted.items() if str(found[name]).lower() != value.lower()]
