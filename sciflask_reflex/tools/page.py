"""The tools of this site, and a page for each: what it does, what it takes, what it gives. All from its description."""

import re
from itertools import groupby

import reflex as rx

from pipeline import tools
from pipeline.toolkit import Parameter, Tool
from pipeline.toolkit.accepted import accepted
from pipeline.toolkit.described import Described, described
from sciflask_reflex import routes
from sciflask_reflex.instant.view import live_view
from sciflask_reflex.shell.feedback import button_link
from sciflask_reflex.shell.frame import page_frame
from sciflask_reflex.studies.checking import limits
from sciflask_reflex.tools.state import ToolsState


def _card(tool: Tool) -> rx.Component:
    told = described(tool)
    return rx.el.section(
        rx.el.div(
            rx.icon(told.icon, size=20), rx.el.h2(rx.link(told.title, href=routes.tool(told.slug), color="inherit")), class_name="row"
        ),
        rx.el.p(told.summary, class_name="muted measure"),
        _actions(tool),
        class_name="card stack",
    )


def _actions(tool: Tool, *, here: bool = False) -> rx.Component:
    """Draw what can be done with a tool, or why not; ``here`` on its own page, where a live tool is open already."""
    live = button_link("Open", routes.tool(tool.slug), icon="play", kind="solid") if tool.live and not here else rx.fragment()
    example = (
        button_link("Try it with example data", routes.try_tool(tool.slug), icon="play", kind="solid")
        if tool.examples and not tool.live
        else rx.fragment()
    )
    upload = button_link("Upload data", f"{routes.UPLOAD}?tool={tool.slug}") if described(tool).inputs else rx.fragment()
    open_ = rx.el.div(live, example, upload, class_name="actions")
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
    told = described(tool)
    for title, members in groupby(told.parameters, key=lambda one: one.section):
        rows = [_parameter(told, one) for one in members]
        head = rx.el.thead(rx.el.tr(*[rx.el.th(word) for word in ("Parameter", "What it does", "Accepts", "Default")]))
        table = rx.el.div(rx.el.table(head, rx.el.tbody(*rows), class_name="list settings"), class_name="table-wrap")
        parts += [rx.el.h3(title), table] if title else [table]
    return rx.el.div(*parts, class_name="stack")


def _parameter(told: Described, parameter: Parameter) -> rx.Component:
    counts = rx.el.div(f"Counts {told.condition(parameter)}.", class_name="muted small") if parameter.show_when else rx.fragment()
    default = "must be set" if parameter.required else parameter.in_words(parameter.default)
    return rx.el.tr(
        rx.el.td(rx.el.b(parameter.title)),
        rx.el.td(parameter.help, counts),
        rx.el.td(parameter.accepts[:1].upper() + parameter.accepts[1:], data_label="Accepts"),
        rx.el.td(default, data_label="Default", class_name="tnum"),
    )


def _inputs(tool: Tool) -> rx.Component:
    items = []
    for slot in described(tool).inputs:
        several = f", {slot.takes}" if slot.repeated else ""
        kind = f"{slot.kind.title}{several}{'' if slot.required else ', optional'} ({', '.join(slot.kind.suffixes)})"  # type: ignore[attr-defined]
        items.append(rx.el.li(rx.el.b(slot.title), f": {slot.help}" if slot.help else "", rx.el.div(kind, class_name="muted small")))
    rules = [rx.el.li(rule) for kind in accepted(tool, limits()) for rule in kind.rules]
    fold = rx.el.details(rx.el.summary("What such files must look like"), rx.el.ul(*rules), class_name="fold") if rules else rx.fragment()
    return rx.fragment(rx.el.ul(*items), fold)


def _outputs(tool: Tool) -> rx.Component:
    """List what comes out, under the headings of the result page."""
    parts: list[rx.Component] = []
    for section, members in groupby(described(tool).outputs, key=lambda one: one.section):
        items = [rx.el.li(rx.el.b(slot.title), f": {slot.caption}" if slot.caption else "") for slot in members]
        parts += [*([rx.el.h3(section)] if section else []), rx.el.ul(*items)]
    return rx.fragment(*parts)


def tool_page(tool: Tool) -> rx.Component:
    """Show one tool."""
    told = described(tool)

    @page_frame(width="full" if tool.live else "")
    def page() -> rx.Component:
        actions = _actions(tool, here=True)
        return rx.el.div(
            rx.el.div(rx.el.div(rx.el.h1(told.title), rx.el.p(told.summary), class_name="grow"), actions, class_name="page-head"),
            rx.cond(ToolsState.closed[tool.slug], rx.fragment(), live_view(tool)) if tool.live else rx.fragment(),
            rx.el.div(_help(told.help), class_name="prose"),
            rx.el.section(rx.el.h2("What it takes"), _inputs(tool), class_name="prose") if told.inputs else rx.fragment(),
            rx.el.section(rx.el.h2("Parameters"), _parameters(tool), class_name="stack") if told.parameters else rx.fragment(),
            rx.el.section(rx.el.h2("What it gives"), _outputs(tool), class_name="prose"),
            rx.el.section(rx.el.h2("References"), rx.el.ol(*[rx.el.li(entry) for entry in told.references]), class_name="prose")
            if told.references
            else rx.fragment(),
            class_name="stack l",
        )

    return page()
