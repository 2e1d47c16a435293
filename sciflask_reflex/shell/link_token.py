"""The secret of a link in a mail, taken from the address into the page's form. It never reaches the server but by that form."""

import reflex as rx

_ASSET = rx.asset("link_token.jsx", shared=True)


class LinkToken(rx.Component):
    """A hidden field named ``token``. It takes what stands behind ``#`` off the address before anything is sent anywhere.

    ``missing`` is the sentence that is shown in its place when the page was opened without a link.
    """

    library = _ASSET.importable_path
    tag = "LinkToken"

    missing: rx.Var[str]


link_token = LinkToken.create
