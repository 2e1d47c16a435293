"""The way to the form that was sent last, when all sections are there."""

import reflex as rx

_ASSET = rx.asset("scroll_to_form.jsx", shared=True)


class ScrollToForm(rx.NoSSRComponent):
    """Goes to the section ``form`` each time that ``ready`` changes; draws nothing."""

    library = _ASSET.importable_path
    tag = "ScrollToForm"

    form: rx.Var[str]
    ready: rx.Var[float]


scroll_to_form = ScrollToForm.create
