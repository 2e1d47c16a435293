"""The form that makes an API token and shows it, once, in the browser alone: the answer goes to this script and never through the state."""

import reflex as rx

_ASSET = rx.asset("token_form.jsx", shared=True)


class TokenForm(rx.NoSSRComponent):
    """Posts to ``action``, shows the token with a button to copy it, and tells ``on_created`` so that the list is loaded again."""

    library = _ASSET.importable_path
    tag = "TokenForm"

    action: rx.Var[str]
    has_password: rx.Var[bool]
    most_days: rx.Var[int]
    on_created: rx.EventHandler[rx.event.no_args_event_spec]


token_form = TokenForm.create
