"""The Escape key as a way out of a tour. The content security policy forbids the wrapper's own actions: they are evaluated text."""

import reflex as rx

_ASSET = rx.asset("tour_escape.jsx", shared=True)


class TourEscape(rx.NoSSRComponent):
    """Leaves a tour when Escape is pressed, while it is active; draws nothing."""

    library = _ASSET.importable_path
    tag = "TourEscape"

    tour: rx.Var[str]
    active: rx.Var[bool]


tour_escape = TourEscape.create
