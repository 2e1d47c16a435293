"""The tools of this site, and a page for each: what it does, what it takes, what it gives. All from its declaration."""

import re
from itertools import groupby

import reflex as rx

from pipeline import tools
from pipeline.toolkit import Parameter, Tool
from pipeline.toolkit.accepted import accepted
from sciflask_reflex import routes
from sciflask_reflex.shell.feedback import button_link
from sciflask_reflex.shell.frame import page_frame
from sciflask_reflex.studies.checking import limits
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
    upload = button_link("Upload data", f"{routes.UPLOAD}?tool={tool.slug}") if tool.inputs else rx.fragment()
    open_ = rx.el.div(example, upload, class_name="actions")
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
    """List the parameters, section by section as in the form."""
    parts: list[rx.Component] = []
    for title, members in groupby(tool.parameters, key=lambda one: one.section):
        rows = [_parameter(tool, one) for one in members]
        head = rx.el.thead(rx.el.tr(*[rx.el.th(word) for word in ("Parameter", "What it does", "Accepts", "Default")]))
        table = rx.el.div(rx.el.table(head, rx.el.tbody(*rows), class_name="list settings"), class_name="table-wrap")
        parts += [rx.el.h3(title), table] if title else [table]
    return rx.el.div(*parts, class_name="stack")


def _parameter(tool: Tool, parameter: Parameter) -> rx.Component:
    counts = rx.el.div(f"Counts {tool.condition(parameter)}.", class_name="muted small") if parameter.show_when else rx.fragment()
    default = "must be set" if parameter.required else parameter.in_words(parameter.default)
    return rx.el.tr(
        rx.el.td(rx.el.b(parameter.title)),
        rx.el.td(parameter.help, counts),
        rx.el.td(parameter.accepts[:1].upper() + parameter.accepts[1:], data_label="Accepts"),
        rx.el.td(default, data_label="Default", class_name="tnum"),
    )


def _inputs(tool: Tool) -> rx.Component:
    items = []
    for slot in tool.inputs:
        kind = f"{slot.kind.title}{'' if slot.required else ', optional'} ({', '.join(slot.kind.suffixes)})"  # type: ignore[attr-defined]
        items.append(rx.el.li(rx.el.b(slot.title), f": {slot.help}" if slot.help else "", rx.el.div(kind, class_name="muted small")))
    rules = [rx.el.li(rule) for kind in accepted(tool, limits()) for rule in kind.rules]
    fold = rx.el.details(rx.el.summary("What such files must look like"), rx.el.ul(*rules), class_name="fold") if rules else rx.fragment()
    return rx.fragment(rx.el.ul(*items), fold)


def _outputs(tool: Tool) -> rx.Component:
    """List what comes out, under the headings of the result page."""
    parts: list[rx.Component] = []
    for section, members in groupby(tool.outputs, key=lambda one: one.section):
        items = [rx.el.li(rx.el.b(slot.title), f": {slot.caption}" if slot.caption else "") for slot in members]
        parts += [*([rx.el.h3(section)] if section else []), rx.el.ul(*items)]
    return rx.fragment(*parts)


def tool_page(tool: Tool) -> rx.Component:
    """Show one tool."""

    @page_frame()
    def page() -> rx.Component:
        return rx.el.div(
            rx.el.div(rx.el.div(rx.el.h1(tool.title), rx.el.p(tool.summary), class_name="grow"), _actions(tool), class_name="page-head"),
            rx.el.div(_help(tool.help), class_name="prose"),
            rx.el.section(rx.el.h2("What it takes"), _inputs(tool), class_name="prose"),
            rx.el.section(rx.el.h2("Parameters"), _parameters(tool), class_name="stack") if tool.parameters else rx.fragment(),
            rx.el.section(rx.el.h2("What it gives"), _outputs(tool), class_name="prose"),
            rx.el.section(rx.el.h2("References"), rx.el.ol(*[rx.el.li(entry) for entry in tool.references]), class_name="prose")
            if tool.references
            else rx.fragment(),
            class_name="stack l",
        )

    return page()
