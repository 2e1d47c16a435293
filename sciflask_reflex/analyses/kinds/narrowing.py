"""The form that narrows a table while somebody types, slides or chooses."""

import reflex as rx

_ASSET = rx.asset("narrowing.jsx", shared=True)


def _narrowed(values: rx.Var[dict[str, str]]) -> tuple[rx.Var[dict[str, str]]]:
    return (values,)


def _typed(by: rx.Var[str], text: rx.Var[str]) -> tuple[rx.Var[str], rx.Var[str]]:
    return by, text


class Narrowing(rx.Component):
    """A form whose values by name go to ``on_narrow`` as they change; what is typed into a field with a list goes to ``on_suggest``."""

    library = _ASSET.importable_path
    tag = "Narrowing"

    label: rx.Var[str]
    on_narrow: rx.EventHandler[_narrowed]
    on_suggest: rx.EventHandler[_typed]


narrowing = Narrowing.create
