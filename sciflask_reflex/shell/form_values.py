"""What was typed before comes back into a form after a fault, and nothing that somebody is typing meanwhile is lost."""

import reflex as rx

_ASSET = rx.asset("form_values.jsx", shared=True)


class FormValues(rx.Component):
    """Fills the fields of the form around it by their names, as far as nobody has touched them; draws nothing.

    A page is there before what its last answer left arrives. Drawing the form anew then would empty it under the person's hands.
    """

    library = _ASSET.importable_path
    tag = "FormValues"

    values: rx.Var[dict[str, str]]


form_values = FormValues.create
