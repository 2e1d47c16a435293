"""Controls whose secrets stay in the browser: passkeys, codes by an app, recovery codes. What they show never goes through the state."""

import reflex as rx

_ASSET = rx.asset("factors.jsx", shared=True)


class PasskeyButton(rx.NoSSRComponent):
    """Has a passkey sign what ``action`` asks for, and goes where the answer says."""

    library = _ASSET.importable_path
    tag = "PasskeyButton"

    action: rx.Var[str]
    label: rx.Var[str]
    next: rx.Var[str]
    solid: rx.Var[bool]


class _SettingsForm(rx.NoSSRComponent):
    """A form of the account page: asks for the password where there is one, and tells ``on_done``."""

    library = _ASSET.importable_path

    action: rx.Var[str]
    has_password: rx.Var[bool]
    on_done: rx.EventHandler[rx.event.no_args_event_spec]


class PasskeyForm(_SettingsForm):
    """Makes a passkey."""

    tag = "PasskeyForm"


class TotpSetup(_SettingsForm):
    """Sets codes by an app up."""

    tag = "TotpSetup"


class RecoveryForm(_SettingsForm):
    """Makes new recovery codes."""

    tag = "RecoveryForm"


passkey_button = PasskeyButton.create
passkey_form = PasskeyForm.create
totp_setup = TotpSetup.create
recovery_form = RecoveryForm.create
