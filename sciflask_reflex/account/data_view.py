"""Everything that the site keeps of the person: to take along, or to delete."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.account.parts import account_form, folded, proof, row, speaks
from sciflask_reflex.shell.links import plain_link

FORM = "data"


def data() -> rx.Component:
    """Draw the download of everything, and the deletion behind a fold."""
    return rx.el.div(
        rx.el.div(
            rx.el.h3("Export everything"),
            rx.el.p(
                "One zip with your files as you uploaded them, all results, and what we know of you. Large work takes a while to download.",
                class_name="muted small measure",
            ),
            rx.el.div(
                plain_link(rx.icon("download", size=16), "Export everything", href=routes.EXPORT, class_name="btn"), class_name="actions"
            ),
            class_name="stack s",
        ),
        rx.el.div(
            rx.el.h3("Delete my account"),
            rx.el.p(
                "Studies, analyses, results and shared links are removed at once and for good; analyses that run are stopped. Export first what you want to keep.",
                class_name="muted small measure",
            ),
            folded(
                "Delete my account",
                account_form(
                    FORM,
                    routes.AUTH_DELETE,
                    row(FORM, "Your email", "confirm", hint="Type it to confirm.", kind="email"),
                    proof(FORM),
                    submit="Delete my account",
                    kind="danger",
                ),
                opened=speaks(FORM),
                kind="danger",
            ),
            class_name="stack s",
        ),
        class_name="stack l",
    )
