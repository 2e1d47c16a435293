"""A table of stored rows: fields that narrow it above, the rows in the order in which they are stored, and a download of what is left."""

import reflex as rx

from sciflask_reflex.analyses.kinds.grid import counts, grid, turner
from sciflask_reflex.analyses.kinds.narrowing import narrowing
from sciflask_reflex.analyses.kinds.source import Source, download
from sciflask_reflex.shell.fields import fault, help_tip


def stored_table(source: Source, item: rx.Var) -> rx.Component:
    """Draw a table that is narrowed and browsed page by page."""
    shown = source.state.tables[item.name]
    return rx.el.div(
        rx.cond(shown.total > 0, _fields(source, item)),
        rx.el.div(
            counts(source, item),
            rx.cond(shown.matching > 0, download(source, item.url + shown.address, shown.download)),
            class_name="row between",
        ),
        rx.cond(shown.cut != "", rx.el.p(shown.cut, class_name="muted small")),
        rx.cond(
            shown.matching > 0,
            rx.fragment(grid(source, item, _header), rx.el.div(turner(source, item), class_name="row end")),
            rx.el.div(rx.el.p(shown.empty), class_name="empty"),
        ),
        class_name="stack s",
    )


def _header(column: rx.Var) -> rx.Component:
    return rx.el.th(column.name, class_name=rx.cond(column.is_number, "num", ""), scope="col")


def _fields(source: Source, item: rx.Var) -> rx.Component:
    state = source.state
    return narrowing(
        rx.foreach(state.tables[item.name].narrowings, lambda one: _field(source, item, one)),
        label="Narrow the table",
        on_narrow=lambda values: state.narrow(item.name, values),
        on_suggest=lambda by, text: state.suggest(item.name, by, text),
        key=state.view.id + item.name,
    )


def _field(source: Source, item: rx.Var, one: rx.Var) -> rx.Component:
    control_id = item.name + "-" + one.name
    return rx.el.div(
        rx.el.div(rx.el.label(one.title, html_for=control_id), help_tip(one.help), class_name="field-head"),
        rx.cond(
            one.kind == "choice",
            _choice(source, item, one),
            rx.cond(one.step != "", rx.el.div(_slider(one), _number(item, one), class_name="slider"), _number(item, one)),
        ),
        rx.cond(one.fault != "", rx.el.div(fault(one.fault), id=control_id + "-fault")),
        class_name="field",
    )


def _input(item: rx.Var, one: rx.Var, *, mode: str = "text", **props: object) -> rx.Component:
    control_id = item.name + "-" + one.name
    return rx.el.input(
        name=one.name,
        id=control_id,
        default_value=one.typed,
        auto_complete="off",
        input_mode=mode,
        class_name="input num" if mode != "text" else "input",
        custom_attrs={"aria-describedby": control_id + "-fault", "aria-invalid": rx.cond(one.fault != "", "true", "false")},
        **props,
    )


def _number(item: rx.Var, one: rx.Var) -> rx.Component:
    return rx.cond(one.kind == "count", _input(item, one, mode="numeric", placeholder="all"), _input(item, one, mode="decimal"))


def _slider(one: rx.Var) -> rx.Component:
    return rx.el.input(
        type="range",
        min=one.least,
        max=one.most,
        step=one.step,
        default_value=rx.cond(one.typed != "", one.typed, one.least),
        custom_attrs={"data-of": one.name, "aria-label": one.title},
    )


def _choice(source: Source, item: rx.Var, one: rx.Var) -> rx.Component:
    offered = item.name + "-" + one.name + "-offered"
    suggestions = source.state.suggestions[item.name + "." + one.name]
    return rx.fragment(
        _input(item, one, list=offered, placeholder="type to find one", spell_check=False),
        rx.el.datalist(rx.foreach(suggestions, lambda name: rx.el.option(value=name)), id=offered),
    )
