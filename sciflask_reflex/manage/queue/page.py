"""The queue and the workers, as they are at this moment."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.manage.frame import managed
from sciflask_reflex.manage.parts import ask_first, look_as, said, section, switch, table
from sciflask_reflex.manage.queue.state import QueueState
from sciflask_reflex.shell.feedback import empty, progress, status_pill
from sciflask_reflex.shell.figure import remote_figure

NUMBERS = ("Ended", "Usual wait", "Usual run", "Failed")
RELATIVE = {"from_now": True, "interval": 10_000}


def _who(row: rx.Var) -> rx.Component:
    return rx.el.td(rx.el.div(rx.el.b(row.name)), rx.el.div(row.person, class_name="small muted"), class_name="wrap")


def _cancel(row: rx.Var) -> rx.Component:
    sentence = "It stops for good. The person sees it as cancelled and can run it again."
    ask = ask_first("Cancel this analysis?", sentence, "Cancel it", QueueState.cancel(row.id), trigger="Cancel", kind="danger")
    return rx.cond(row.can_cancel, ask)


def _running(row: rx.Var) -> rx.Component:
    return rx.el.tr(
        _who(row),
        rx.el.td(row.tool, data_label="Tool"),
        rx.el.td(
            rx.el.div(status_pill(row.status), rx.el.span(row.percent, class_name="num small muted"), class_name="row"),
            progress(row.fraction, "Progress", thin=True),
            rx.el.div(row.stage, class_name="tiny muted"),
            class_name="wrap",
        ),
        rx.el.td(rx.moment(row.started, **RELATIVE), class_name="date", data_label="Since"),
        rx.el.td(
            rx.el.div(row.worker, class_name="mono tiny"),
            rx.cond(row.attempt != "", rx.el.div(row.attempt, class_name="tiny muted")),
            rx.cond(row.note != "", rx.el.div(row.note, class_name="tiny warn")),
            class_name="wrap",
            data_label="Worker",
        ),
        rx.el.td(rx.el.div(_cancel(row), class_name="acts")),
        key=row.id,
    )


def _waiting(row: rx.Var) -> rx.Component:
    return rx.el.tr(
        _who(row),
        rx.el.td(row.tool, data_label="Tool"),
        rx.el.td(rx.moment(row.created, **RELATIVE), class_name="date", data_label="Since"),
        rx.el.td(row.note, class_name="wrap small muted"),
        rx.el.td(rx.el.div(_cancel(row), class_name="acts")),
        key=row.id,
    )


def _failed(row: rx.Var) -> rx.Component:
    sentence = "It becomes a new analysis of the same person, with the same data and parameters, and counts in that person's limits."
    again = ask_first("Run this analysis again?", sentence, "Run it again", QueueState.run_again(row.id), trigger="Run again")
    return rx.el.tr(
        _who(row),
        rx.el.td(row.tool, data_label="Tool"),
        rx.el.td(row.error, class_name="wrap small"),
        rx.el.td(rx.moment(row.finished, **RELATIVE), class_name="date", data_label="Failed"),
        rx.el.td(rx.el.div(again, look_as(row.owner_id, onward=row.url), class_name="acts")),
        key=row.id,
    )


def _worker(row: rx.Var) -> rx.Component:
    return rx.el.tr(
        rx.el.td(row.name, class_name="mono wrap"),
        rx.el.td(row.analysis, class_name="wrap", data_label="Runs"),
        rx.el.td(row.queues, class_name="wrap", data_label="Serves"),
        rx.el.td(row.heard, data_label="Heard of"),
        rx.el.td(rx.cond(row.is_late, rx.el.span("Late", class_name="pill failed"), rx.el.span("Alive", class_name="pill done"))),
    )


def _queue(row: rx.Var) -> rx.Component:
    nobody = rx.el.span("No worker", class_name="pill failed")
    return rx.el.tr(
        rx.el.td(rx.el.b(row.name), class_name="wrap"),
        rx.el.td(row.waiting, class_name="num", data_label="Waiting"),
        rx.el.td(rx.cond(row.is_served, row.workers, nobody), class_name="num", data_label="Workers"),
    )


def _tool(row: rx.Var) -> rx.Component:
    return rx.el.tr(
        rx.el.td(rx.el.b(row.tool), class_name="wrap"),
        rx.el.td(row.count, class_name="num", data_label="Ended"),
        rx.el.td(row.wait, class_name="num", data_label="Usual wait"),
        rx.el.td(row.run, class_name="num", data_label="Usual run"),
        rx.el.td(row.failed, class_name="num", data_label="Failed"),
    )


def _jobs() -> rx.Component:
    running = table(
        ("Analysis", "Tool", "Progress", "Since", "Worker"), rx.foreach(QueueState.running, _running), label="Running", actions=True
    )
    waiting = table(("Analysis", "Tool", "Since", ""), rx.foreach(QueueState.waiting, _waiting), label="Waiting", actions=True)
    count = rx.el.span(QueueState.waiting_count, " in all", class_name="small muted")
    return rx.fragment(
        section("Running", rx.cond(QueueState.running.length() > 0, running, empty("Nothing runs just now."))),
        section("Waiting", rx.cond(QueueState.waiting.length() > 0, waiting, empty("Nobody waits.")), beside=count),
    )


def _throughput() -> rx.Component:
    choices = switch((("hour", "By the hour"), ("day", "By the day")), QueueState.by, QueueState.count_by, label="Count")
    tools = table(("Tool", *NUMBERS), rx.foreach(QueueState.tools, _tool), label="Tools", numbers=NUMBERS)
    return rx.fragment(
        section(
            "Throughput",
            remote_figure(src=QueueState.figure, label="Analyses that ended, by the hour or by the day"),
            sentence="What ended in the last two days, or the last thirty.",
            beside=choices,
        ),
        section(
            "Tools",
            rx.cond(QueueState.tools.length() > 0, tools, empty("Nothing ended in the last seven days.")),
            sentence="Medians of the last seven days, of at most 2,000 analyses.",
        ),
    )


@managed(routes.MANAGE_QUEUE, "Queue", "What waits and what runs. The page changes by itself.", loaded=QueueState.loaded)
def queue() -> rx.Component:
    """Show the queue and the workers."""
    workers = table(("Worker", "Runs", "Serves", "Heard of", "State"), rx.foreach(QueueState.workers, _worker), label="Workers")
    queues = table(("Queue", "Waiting", "Workers"), rx.foreach(QueueState.queues, _queue), label="Queues", numbers=("Waiting", "Workers"))
    failed = table(("Analysis", "Tool", "Why", "Failed"), rx.foreach(QueueState.failed, _failed), label="Failed lately", actions=True)
    return rx.el.div(
        said(QueueState.problem, QueueState.said),
        _jobs(),
        section(
            "Workers",
            rx.cond(QueueState.workers.length() > 0, workers, empty("No worker lives.")),
            sentence="Each says every few seconds that it lives, and which queues it serves.",
        ),
        section("Queues", queues, sentence="A tool names the queue in which its analyses wait. One without a worker moves nothing."),
        section("Failed lately", rx.cond(QueueState.failed.length() > 0, failed, empty("Nothing failed in the last seven days."))),
        _throughput(),
        class_name="stack xl",
    )
