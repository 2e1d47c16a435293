"""The second step: codes by an app, recovery codes, and passkeys."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.account.factors_state import FactorsState
from sciflask_reflex.account.parts import account_form, folded, lines, proof, removal, speaks, told
from sciflask_reflex.account.state import AccountState
from sciflask_reflex.shell.factors import passkey_form, recovery_form, totp_setup
from sciflask_reflex.shell.feedback import empty, note

SECOND_STEP, PASSKEYS = "second-step", "passkeys"
FEW = 3


def second_step() -> rx.Component:
    """Draw whether codes are on, the way to turn them on or off, and the recovery codes."""
    return rx.el.div(
        rx.cond(FactorsState.totp, _on(), _off()),
        rx.cond(FactorsState.protected, _recovery()),
        class_name="stack l",
    )


def passkeys() -> rx.Component:
    """Draw the passkeys, and the form for a new one."""
    form = passkey_form(action=routes.PASSKEY_NEW, has_password=AccountState.details.has_password, on_done=FactorsState.load)
    return rx.el.div(
        told(PASSKEYS),
        rx.cond(
            FactorsState.passkeys.length() > 0,
            lines(FactorsState.passkeys, _passkey, label="Passkeys"),
            empty("No passkey yet. Add one on each device that you use."),
        ),
        folded("New passkey", form),
        class_name="stack",
    )


def _off() -> rx.Component:
    return rx.el.div(
        told(SECOND_STEP),
        totp_setup(action=routes.AUTH_TOTP, has_password=AccountState.details.has_password, on_done=FactorsState.load),
        class_name="stack",
    )


def _on() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.el.span(rx.icon("circle-check", size=14), "On", class_name="pill done"),
            " Each sign-in with your password asks for a code from your app.",
            class_name="measure",
        ),
        folded(
            "Turn codes off",
            account_form(SECOND_STEP, f"{routes.AUTH_TOTP}/off", proof(SECOND_STEP), submit="Turn off", kind="danger"),
            opened=speaks(SECOND_STEP),
        ),
        class_name="stack",
    )


def _recovery() -> rx.Component:
    left = FactorsState.recovery_left
    return rx.el.div(
        rx.el.h3("Recovery codes"),
        rx.cond(
            left < FEW,
            note("warning", f"Recovery codes left: {left}. Make new ones before you need them."),
            rx.el.p(f"Recovery codes left: {left}", class_name="tnum"),
        ),
        folded(
            "Make new recovery codes",
            rx.el.p("The codes that you have now are void as soon as new ones are made.", class_name="small muted"),
            recovery_form(action=routes.AUTH_RECOVERY_CODES, has_password=AccountState.details.has_password, on_done=FactorsState.load),
        ),
        class_name="stack s",
    )


def _passkey(row: rx.Var) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.b(row.name),
            rx.el.div(
                rx.el.span("Added ", rx.moment(row.created, format="D MMM YYYY")),
                rx.el.span(rx.cond(row.used, rx.fragment("Last used ", rx.moment(row.used, from_now=True)), "Never used")),
                class_name="bits muted small tnum",
            ),
            class_name="grow",
        ),
        folded("Remove", removal(routes.PASSKEY_REMOVE, "passkey", row.id, "Remove passkey"), name=f"Remove {row.name}"),
        class_name="line",
    )
