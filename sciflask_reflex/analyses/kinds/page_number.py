"""The field that says which page is shown, and takes the number of another."""

import reflex as rx

_ASSET = rx.asset("page_number.jsx", shared=True)


def _gone(page: rx.Var[int]) -> tuple[rx.Var[int]]:
    return (page,)


class PageNumber(rx.Component):
    """Says "Page 3 of 14"; the number can be typed, and goes to ``on_go`` with Enter or when the field is left."""

    library = _ASSET.importable_path
    tag = "PageNumber"

    page: rx.Var[int]
    pages: rx.Var[int]
    on_go: rx.EventHandler[_gone]


page_number = PageNumber.create
