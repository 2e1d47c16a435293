"""The address of a private link with a button to copy it, in the browser alone."""

import reflex as rx

_ASSET = rx.asset("copy_link.jsx", shared=True)


class CopyLink(rx.NoSSRComponent):
    """Asks ``src`` for the address and shows it."""

    library = _ASSET.importable_path
    tag = "CopyLink"

    src: rx.Var[str]


copy_link = CopyLink.create
