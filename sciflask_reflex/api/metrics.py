"""``/metrics``: a few numbers in Prometheus's text format. Requests are counted by this process, the rest comes from the database."""

import time
from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func
from sqlmodel import col, select
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from sciflask_reflex.api.threads import run
from sciflask_reflex.db import reading
from sciflask_reflex.http.counting import REQUESTS
from sciflask_reflex.http.slots import SOCKETS, UPLOADS
from sciflask_reflex.models import ACTIVE, Analysis, Outbox, Owner, Status, Study, Upload

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def _from_database() -> Iterator[tuple[str, str, float]]:
    """Yield (name, labels, value) of what the database knows."""
    with reading() as session:
        by_status = Counter(dict(session.execute(select(Analysis.status, func.count()).group_by(col(Analysis.status))).all()))
        oldest = session.scalar(select(func.min(Analysis.created_at)).where(Analysis.status == Status.QUEUED))
        counts = {table.__name__.lower(): session.scalar(select(func.count()).select_from(table)) or 0 for table in (Owner, Study, Upload)}
        unsent = session.scalar(select(func.count()).select_from(Outbox).where(col(Outbox.sent_at).is_(None))) or 0
    for status in Status:
        yield "sciflask_analyses", f'{{status="{status}"}}', by_status[status]
    yield "sciflask_analyses_active", "", sum(by_status[status] for status in ACTIVE)
    yield "sciflask_queue_oldest_seconds", "", max(0.0, time.time() - oldest.timestamp()) if oldest else 0.0
    for name, value in counts.items():
        yield "sciflask_rows", f'{{table="{name}"}}', value
    yield "sciflask_doorbells_unrung", "", unsent


def _from_process() -> Iterator[tuple[str, str, float]]:
    """Yield what this process counted since it began."""
    for (method, code), number in sorted(REQUESTS.items()):
        yield "sciflask_http_requests_total", f'{{method="{method}",code="{code}"}}', number
    yield "sciflask_uploads_running", "", UPLOADS.taken
    yield "sciflask_sockets_open", "", SOCKETS.taken


HELP = {
    "sciflask_analyses": ("gauge", "Analyses by status."),
    "sciflask_analyses_active": ("gauge", "Analyses that wait or run."),
    "sciflask_queue_oldest_seconds": ("gauge", "Age of the oldest analysis that waits."),
    "sciflask_rows": ("gauge", "Rows of a table."),
    "sciflask_doorbells_unrung": ("gauge", "Queue messages that are still to be sent."),
    "sciflask_http_requests_total": ("counter", "Requests answered by this process."),
    "sciflask_uploads_running": ("gauge", "Uploads that this process receives now."),
    "sciflask_sockets_open": ("gauge", "Websockets that this process holds."),
}


def text() -> str:
    """Return all numbers as Prometheus reads them."""
    lines: list[str] = []
    last = ""
    for name, labels, value in (*_from_database(), *_from_process()):
        if name != last:
            kind, help_text = HELP[name]
            lines += [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"]
        lines.append(f"{name}{labels} {value:g}")
        last = name
    return "\n".join(lines) + "\n"


async def metrics(request: Request) -> PlainTextResponse:
    """Answer with the numbers."""
    return PlainTextResponse(await run(text), media_type=MEDIA_TYPE, headers={"cache-control": "no-store"})
