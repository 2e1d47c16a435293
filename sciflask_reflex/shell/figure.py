"""A figure that the browser fetches and draws by itself."""

import reflex as rx

_ASSET = rx.asset("remote_figure.jsx", shared=True)


class RemoteFigure(rx.NoSSRComponent):
    """Draws Plotly JSON from an address; follows light and dark mode and the width of the page."""

    library = _ASSET.importable_path
    tag = "RemoteFigure"
    lib_dependencies: list[str] = ["plotly.js-cartesian-dist-min@3.7.0", "plotly.js-gl3d-dist-min@3.7.0"]

    src: rx.Var[str]
    label: rx.Var[str]
    otherwise: rx.Var[str]
    """What to say beside that the figure could not be loaded."""
    stays: rx.Var[bool]
    """Whether the old drawing stays until the new one is there, when the address changes."""
    in_space: rx.Var[bool]
    """Whether it has three dimensions: that takes another, larger half of Plotly."""


remote_figure = RemoteFigure.create
