"""What became of the letters, and one to oneself."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.manage.frame import managed
from sciflask_reflex.manage.mail.state import MailState
from sciflask_reflex.manage.parts import facts, said, section, switch, table
from sciflask_reflex.shell.feedback import empty

WORDS = (("sent", "Sent"), ("given up", "Given up"), ("trying again", "Trying again"), ("waiting", "Waiting"))
KINDS = (
    ("account", "Account"),
    ("finished", "Done"),
    ("failed", "Failed"),
    ("new-device", "New device"),
    ("retention", "Retention"),
    ("operator", "Operator"),
)
PILLS = (("sent", "pill done"), ("given up", "pill failed"), ("trying again", "pill warning"))


def _row(row: rx.Var) -> rx.Component:
    return rx.el.tr(
        rx.el.td(rx.el.b(row.subject), rx.el.div(row.recipient, class_name="small muted"), class_name="wrap"),
        rx.el.td(rx.match(row.kind, *KINDS, row.kind), class_name="date", data_label="Kind"),
        rx.el.td(
            rx.el.span(rx.match(row.state, *WORDS, row.state), class_name=rx.match(row.state, *PILLS, "pill")),
            rx.cond(row.fault != "", rx.el.div(row.fault, class_name="tiny muted")),
            class_name="wrap",
        ),
        rx.el.td(
            row.tries,
            rx.cond(row.next_try != "", rx.el.span(", next ", rx.moment(row.next_try, from_now=True))),
            class_name="tnum",
            data_label="Tries",
        ),
        rx.el.td(rx.moment(row.created, format="D MMM YYYY, HH:mm"), class_name="date tnum", data_label="Written"),
    )


@managed(routes.MANAGE_MAIL, "Mail", "What waits, what was sent and what could not be.", loaded=MailState.loaded)
def mail() -> rx.Component:
    """Show the outbox."""
    rows = table(("Letter", "Kind", "State", "Tries", "Written"), rx.foreach(MailState.letters, _row), label="Letters")
    return rx.el.div(
        said(MailState.problem, MailState.said),
        facts(MailState.facts),
        section(
            "How letters leave",
            rx.el.div(
                rx.el.p(MailState.way),
                rx.el.p("Sender: ", MailState.sender, class_name="small muted"),
                rx.el.div(
                    rx.el.button("Send a test mail", type="button", on_click=MailState.send_test, class_name="btn solid"),
                    class_name="actions",
                ),
                class_name="card stack s",
            ),
            sentence="The test goes to your own address, at most five times an hour.",
        ),
        section(
            "Newest letters",
            rx.cond(MailState.letters.length() > 0, rows, empty("No letter here.")),
            sentence="What is in them is not shown.",
            beside=switch((("all", "All"), ("unsent", "Not sent yet")), MailState.which, MailState.show, label="Which"),
        ),
        class_name="stack xl",
    )
