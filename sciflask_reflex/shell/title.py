"""The title of a page that shows one thing with a name: tabs and bookmarks are found by it."""

import reflex as rx

_ASSET = rx.asset("page_title.jsx", shared=True)


class PageTitle(rx.NoSSRComponent):
    """Puts a name before the title that the page has."""

    library = _ASSET.importable_path
    tag = "PageTitle"

    name: rx.Var[str]


page_title = PageTitle.create
