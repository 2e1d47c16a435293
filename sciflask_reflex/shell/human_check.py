"""The line above a button that says whether the site believes that somebody is there. No puzzle, no third party."""

import reflex as rx

from sciflask_reflex import routes

_ASSET = rx.asset("human_check.jsx", shared=True)
FIELD = "altcha"
NEEDS_SCRIPT = "To check that you are a person, this page needs JavaScript."


class HumanCheck(rx.NoSSRComponent):
    """Works on a challenge from ``src``, and puts the answer into a hidden field of the form around it."""

    library = _ASSET.importable_path
    tag = "HumanCheck"

    src: rx.Var[str]
    name: rx.Var[str]


def human_check() -> rx.Component:
    """Draw the check; it belongs into a form, right above its button."""
    return rx.fragment(HumanCheck.create(src=routes.AUTH_HUMAN, name=FIELD), rx.el.noscript(NEEDS_SCRIPT))
