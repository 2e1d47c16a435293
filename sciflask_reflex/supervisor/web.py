"""How the web server is started, and what each of its processes does first."""

import multiprocessing
import sys
from typing import Any

from pipeline.toolkit.confine import die_with_parent
from sciflask_reflex.settings import Settings

STOP_S = 3
"""How long an open connection may take when the server stops; every open tab holds one."""


def command(site: Settings) -> list[str]:
    """Return the command that starts the web server."""
    return [
        sys.executable, "-m", "granian", "--interface", "asgi", "--factory",
        "--host", site.host, "--port", str(site.port),
        "--workers", str(site.web_workers), "--respawn-failed-workers", "--workers-kill-timeout", str(STOP_S),
        "--log-level", "warning", "--no-access-log",
        "sciflask_reflex.supervisor.web:load",
    ]  # fmt: skip


def load() -> Any:
    """Return the site. Runs in each web process, which must not outlive the server that made it."""
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        die_with_parent(parent.pid)
    from sciflask_reflex.sciflask_reflex import app

    return app()
