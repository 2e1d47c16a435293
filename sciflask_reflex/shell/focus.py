"""Keeps the focus where a person works, when what they work on moves on the page."""

import reflex as rx

_ASSET = rx.asset("keep_focus.jsx", shared=True)


class KeepFocus(rx.NoSSRComponent):
    """Gives the focus to the element of an id, each time that the id or the turn changes; draws nothing."""

    library = _ASSET.importable_path
    tag = "KeepFocus"

    on: rx.Var[str]
    turn: rx.Var[str]


keep_focus = KeepFocus.create
