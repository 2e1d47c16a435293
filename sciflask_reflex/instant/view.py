"""A live tool on a page: controls on the left, the result on the right, one above the other on a phone."""

import reflex as rx

from pipeline.toolkit import Tool
from sciflask_reflex.analyses.view import Source, result
from sciflask_reflex.instant.control_fields import controls
from sciflask_reflex.instant.live_controls import copy_address, live_controls
from sciflask_reflex.instant.state import InstantState
from sciflask_reflex.shell.feedback import note, skeleton
from sciflask_reflex.shell.links import plain_link

SOURCE = Source(InstantState, has_tour=False, stays=True, zipped="together with the parameters, versions and checksums")


def live_view(tool: Tool) -> rx.Component:
    """Draw a live tool. The page loads it by ``InstantState.open(tool.slug)``."""
    here = InstantState.loaded & (InstantState.slug == tool.slug)
    return rx.cond(here, rx.el.div(_left(tool), _right(), class_name="live"), skeleton(40, 320))


def _left(tool: Tool) -> rx.Component:
    form = live_controls(
        controls(tool),
        rx.el.div(
            rx.el.button(rx.icon("rotate-ccw", size=16), "Reset", type="button", class_name="btn", on_click=InstantState.start_over),
            copy_address(link=InstantState.full_link),
            class_name="actions live-actions",
        ),
        page=InstantState.page_key,
        link=InstantState.link,
        on_move=InstantState.move,
        key=InstantState.page_key,
    )
    return rx.el.section(
        rx.el.h2("Controls", class_name="visually-hidden"),
        rx.el.div(form, class_name="card"),
        class_name="side live-side",
    )


def _right() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Result", class_name="visually-hidden"),
        rx.cond(InstantState.explained.length() > 0, note("warning", rx.el.div(rx.foreach(InstantState.explained, rx.el.p)))),
        rx.cond(InstantState.fault != "", note("error", InstantState.fault, role="alert")),
        rx.cond(InstantState.problem != "", note("error", InstantState.problem, role="alert")),
        rx.cond(
            InstantState.view.is_done,
            rx.el.div(result(SOURCE), _download(), class_name="stack"),
            rx.cond(InstantState.busy, skeleton(60, 380), rx.fragment()),
        ),
        rx.el.div("Computing…", class_name="live-busy", custom_attrs={"aria-hidden": "true"}),
        class_name="stack live-result",
        custom_attrs={"aria-busy": rx.cond(InstantState.busy, "true", "false")},
    )


def _download() -> rx.Component:
    return rx.el.div(
        plain_link(rx.icon("download", size=16), "Download all", href=InstantState.bundle_url, class_name="btn", download=True),
        class_name="actions",
    )
