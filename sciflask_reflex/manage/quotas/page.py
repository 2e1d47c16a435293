"""What each role may keep and use, and who keeps most."""

import reflex as rx

from sciflask_reflex import quotas, routes
from sciflask_reflex.manage.frame import managed
from sciflask_reflex.manage.parts import look_as, said, section, table
from sciflask_reflex.manage.quotas.state import QuotasState
from sciflask_reflex.shell.feedback import empty
from sciflask_reflex.shell.fields import fault


def _limit(role: rx.Var, row: rx.Var) -> rx.Component:
    control_id = f"{role.role}-{row.name}"
    mine = QuotasState.editing == role.role
    wrong = rx.cond(mine, QuotasState.errors[row.name], "")
    return rx.el.div(
        rx.el.label(rx.match(row.name, *quotas.TITLES.items(), row.name), html_for=control_id),
        rx.el.input(
            name=row.name,
            default_value=row.set_here,
            placeholder=row.holds,
            input_mode="numeric",
            max_length=9,
            class_name="input num",
            custom_attrs={"id": control_id, "aria-invalid": rx.cond(wrong, "true", "false")},  # an id prop would be sent along
        ),
        rx.cond(wrong, fault(wrong)),
        class_name="field",
    )


def _role(role: rx.Var) -> rx.Component:
    control_id = f"{role.role}-tools"
    wrong = rx.cond(QuotasState.editing == role.role, QuotasState.errors["tools"], "")
    return rx.el.form(
        rx.el.h3(role.title),
        rx.el.input(type="hidden", name="role", value=role.role, read_only=True),
        rx.el.div(
            rx.foreach(role.limits, lambda row: _limit(role, row)),
            rx.el.div(
                rx.el.label("Tools", html_for=control_id),
                rx.el.input(
                    name="tools",
                    default_value=role.tools_here,
                    placeholder=role.tools,
                    class_name="input",
                    custom_attrs={"id": control_id},
                ),
                rx.cond(wrong, fault(wrong)),
                class_name="field",
            ),
            class_name="limits",
        ),
        rx.el.div(rx.el.button("Save", type="submit", class_name="btn"), class_name="actions"),
        on_submit=QuotasState.save,
        class_name="card stack",
        custom_attrs={"aria-label": role.title},
        key=role.role,
    )


def _keeper(row: rx.Var) -> rx.Component:
    return rx.el.tr(
        rx.el.td(rx.el.b(row.person), class_name="wrap"),
        rx.el.td(row.role, data_label="Role"),
        rx.el.td(row.size, class_name="num", data_label="Keeps"),
        rx.el.td(row.studies, class_name="num", data_label="Studies"),
        rx.el.td(row.analyses, class_name="num", data_label="Analyses"),
        rx.el.td(rx.el.div(rx.cond(row.role != "admin", look_as(row.owner_id)), class_name="acts")),
    )


@managed(routes.MANAGE_QUOTAS, "Limits", "What each role may keep and use, and who keeps most.", loaded=QuotasState.loaded)
def limits() -> rx.Component:
    """Show the limits of roles and the largest users."""
    keepers = table(
        ("Person", "Role", "Keeps", "Studies", "Analyses"),
        rx.foreach(QuotasState.largest, _keeper),
        label="Who keeps most",
        actions=True,
        numbers=("Keeps", "Studies", "Analyses"),
    )
    return rx.el.div(
        said(QuotasState.problem, QuotasState.said),
        section(
            "Roles",
            rx.foreach(QuotasState.roles, _role),
            sentence=(
                "An empty field follows the settings; what holds then stands in grey. 0 means no limit. "
                "Tools are named by their addresses, separated by commas."
            ),
        ),
        section("Who keeps most", rx.cond(QuotasState.largest.length() > 0, keepers, empty("Nobody keeps anything yet."))),
        class_name="stack xl",
    )
