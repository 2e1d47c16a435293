"""Questions before something is gone for good."""

import reflex as rx


def confirm_delete(question: str, sentence: str, event: rx.event.EventType, *, trigger: rx.Component) -> rx.Component:
    """Ask before something is deleted; the trigger opens the question."""
    return rx.alert_dialog.root(
        rx.alert_dialog.trigger(trigger),
        rx.alert_dialog.content(
            rx.alert_dialog.title(question),
            rx.alert_dialog.description(sentence),
            rx.el.div(
                rx.alert_dialog.cancel(rx.el.button("Keep it", class_name="btn", type="button")),
                rx.alert_dialog.action(rx.el.button("Delete it", on_click=event, class_name="btn danger", type="button")),
                class_name="actions",
                style={"margin_top": "20px", "justify_content": "flex-end"},
            ),
            max_width="440px",
        ),
    )
