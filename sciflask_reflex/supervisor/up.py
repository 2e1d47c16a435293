"""`sciflask up`, step by step."""

import http.client
import os
import sys
import time
from pathlib import Path

from sciflask_reflex import secrets
from sciflask_reflex.settings import Settings
from sciflask_reflex.supervisor import claim, frontend, leftovers, plan, revisions
from sciflask_reflex.supervisor.logs import say
from sciflask_reflex.supervisor.reload import Reloader
from sciflask_reflex.supervisor.watch import Watch

PROBE_S = 1.0


def up(site: Settings) -> int:
    """Prepare the instance, run it until Ctrl-C or SIGTERM, and return the exit code."""
    began = time.monotonic()
    claim.private_folder(site.data_dir)
    lock = claim.claim_data_folder(site)
    book = site.data_dir / "run" / "processes.json"
    for name in leftovers.clear(book):
        say(f"Ended {name}, which an earlier run had left behind.")
    claim.check_port(site)
    secrets.ensure()
    watch = Watch(lambda pids: leftovers.record(book, pids))
    watch.listen_to_signals()
    author: Reloader | None = None
    try:
        watch.add(plan.servers(site))
        _prepare(site, watch)
        for group in plan.processes(site):
            if not watch.asked_to_stop:
                watch.add(group)
        author = Reloader(site, watch) if site.env == "development" and not watch.asked_to_stop else None
        watch.run(lambda: _greet_when_well(site, began), author.look if author else lambda: None)
    finally:
        say("\nStopping ...")
        if author:
            author.stop()
        watch.stop()
        os.close(lock)
    return _farewell(site, watch)


def build(site: Settings) -> int:
    """Build the pages and nothing else; return the exit code."""
    watch = Watch(lambda _: None)
    watch.listen_to_signals()
    try:
        frontend.build(site, watch)
    finally:
        watch.stop()
    return 1 if watch.asked_to_stop else 0


def _prepare(site: Settings, watch: Watch) -> None:
    """Do what has to be done before the web server may start."""
    if not revisions.is_current(site):
        from sciflask_reflex.supervisor.migrations import migrate  # loads SQLAlchemy, which takes longer than all the rest

        migrate(site)
    if not watch.asked_to_stop:
        frontend.build(site, watch)


def _greet_when_well(site: Settings, began: float) -> bool:
    if not answers(site):
        return False
    say(greeting(site, time.monotonic() - began))
    return True


def answers(site: Settings) -> bool:
    """Whether the site says that all its parts are well."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(site.host, site.host)  # noqa: S104 - compared, not listened on
    connection = http.client.HTTPConnection(host, site.port, timeout=PROBE_S)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def greeting(site: Settings, seconds: float) -> str:
    """Return what a person wants to know once the site answers."""
    mails = "are sent through SCIFLASK_SMTP_URL" if site.smtp_url else f"land in {site.data_dir / 'mail'}"
    program = _shown(Path(sys.argv[0]))
    return (
        f"\n  {site.site_name} is ready at {site.public_url} (after {seconds:.1f} s)\n"
        f"  Mails        {mails}\n"
        f"  Data         {site.data_dir}\n"
        f"  First admin  echo PASSWORD | {program} admin create --email you@example.org --password-stdin\n"
        f"  Stop         Ctrl-C\n"
    )


def _shown(program: Path) -> Path:
    try:
        return program.resolve().relative_to(Path.cwd())
    except ValueError:
        return program


def _farewell(site: Settings, watch: Watch) -> int:
    if watch.gave_up is None:
        say("Stopped. Nothing is left running.")
        return 0
    log = site.data_dir / "log" / f"{watch.gave_up.name}.log"
    say(f"{watch.gave_up.name} ended again and again, so this start was given up. Its last words are in {log}.")
    return 1
