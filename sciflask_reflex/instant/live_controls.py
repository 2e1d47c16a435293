"""Controls that are sent while they move, and the button that copies the address which holds them."""

import reflex as rx

_ASSET = rx.asset("live_controls.jsx", shared=True)


Values = dict[str, str | bool | None]


def _moved(page: rx.Var[str], turn: rx.Var[int], values: rx.Var[Values]) -> tuple[rx.Var[str], rx.Var[int], rx.Var[Values]]:
    return page, turn, values


class LiveControls(rx.Component):
    """A form whose values go to ``on_move`` as they change: page, turn, values by name."""

    library = _ASSET.importable_path
    tag = "LiveControls"

    page: rx.Var[str]
    link: rx.Var[str]
    on_move: rx.EventHandler[_moved]


class CopyAddress(rx.Component):
    """Copies the address of this page with a query."""

    library = _ASSET.importable_path
    tag = "CopyAddress"

    link: rx.Var[str]


live_controls = LiveControls.create
copy_address = CopyAddress.create
