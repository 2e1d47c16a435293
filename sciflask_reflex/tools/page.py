"""The tools of this site, and a page for each: what it does, what it takes, what it gives. All from its declaration."""

import re

import reflex as rx

from pipeline import tools
from pipeline.toolkit import Tool
from sciflask_reflex import routes
from sciflask_reflex.shell.feedback import button_link
from sciflask_reflex.shell.frame import page_frame
from sciflask_reflex.tools.state import ToolsState


def _card(tool: Tool) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.icon(tool.icon, size=20), rx.el.h2(rx.link(tool.title, href=routes.tool(tool.slug), color="inherit")), class_name="row"
        ),
        rx.el.p(tool.summary, class_name="muted measure"),
        _actions(tool),
        class_name="card stack",
    )


def _actions(tool: Tool) -> rx.Component:
    example = (
        button_link("Try it with example data", routes.try_tool(tool.slug), icon="play", kind="solid") if tool.examples else rx.fragment()
    )
    open_ = rx.el.div(example, button_link("Upload data", f"{routes.UPLOAD}?tool={tool.slug}"), class_name="actions")
    why = ToolsState.closed[tool.slug]
    return rx.cond(why, rx.el.p(rx.icon("lock", size=15), why, class_name="muted small row"), open_)


@page_frame()
def index() -> rx.Component:
    """List the tools."""
    return rx.el.div(
        rx.el.div(
            rx.el.div(rx.el.h1("Tools"), rx.el.p("What this site can do with your data."), class_name="grow"),
            class_name="page-head",
            style={"margin_bottom": "8px"},
        ),
        *[_card(tool) for tool in tools().values()],
        class_name="stack",
    )


def _help(text: str) -> rx.Component:
    """Draw a docstring's paragraphs up to its first underlined heading; the rest is the table below."""
    prose = re.split(r"\n\w[\w ]*\n-{3,}\n", text)[0]
    return rx.fragment(*[_paragraph(part) for part in prose.split("\n\n") if part.strip()])


def _paragraph(text: str) -> rx.Component:
    """Draw a paragraph, or a list where its lines are numbered."""
    if not re.match(r"\s*1\. ", text):
        return rx.el.p(" ".join(text.split()))
    return rx.el.ol(*[rx.el.li(" ".join(item.split())) for item in re.split(r"(?m)^\s*\d+\. ", text) if item.strip()])


def _parameters(tool: Tool) -> rx.Component:
    rows = []
    for parameter in tool.parameters:
        accepts = ", ".join(label for _, label in parameter.choices) or parameter.bounds or parameter.kind
        default = dict(parameter.choices).get(str(parameter.default), str(parameter.default))
        rows.append(
            rx.el.tr(
                rx.el.td(rx.el.b(parameter.title)),
                rx.el.td(parameter.help),
                rx.el.td(accepts, data_label="Accepts"),
                rx.el.td(default, data_label="Default", class_name="tnum"),
            )
        )
    head = rx.el.thead(rx.el.tr(*[rx.el.th(title) for title in ("Parameter", "What it does", "Accepts", "Default")]))
    return rx.el.div(rx.el.table(head, rx.el.tbody(*rows), class_name="list"), class_name="table-wrap")


def tool_page(tool: Tool) -> rx.Component:
    """Show one tool."""

    @page_frame()
    def page() -> rx.Component:
        inputs = [rx.el.li(rx.el.b(slot.title), "" if slot.required else " (optional)", f": {slot.help}") for slot in tool.inputs]
        outputs = [rx.el.li(rx.el.b(slot.title), f": {slot.caption}" if slot.caption else "") for slot in tool.outputs]
        return rx.el.div(
            rx.el.div(rx.el.div(rx.el.h1(tool.title), rx.el.p(tool.summary), class_name="grow"), _actions(tool), class_name="page-head"),
            rx.el.div(_help(tool.help), class_name="prose"),
            rx.el.section(rx.el.h2("What it takes"), rx.el.ul(*inputs), class_name="prose"),
            rx.el.section(rx.el.h2("Parameters"), _parameters(tool), class_name="stack"),
            rx.el.section(rx.el.h2("What it gives"), rx.el.ul(*outputs), class_name="prose"),
            rx.el.section(rx.el.h2("References"), rx.el.ol(*[rx.el.li(entry) for entry in tool.references]), class_name="prose")
            if tool.references
            else rx.fragment(),
            class_name="stack l",
        )

    return page()
