"""A matrix of any size to zoom into. The browser fetches the tiles in sight by ranges of bytes, and draws them by itself."""

import reflex as rx

_ASSETS = {name: rx.asset(name, shared=True) for name in ("tile_map.jsx", "camera.js", "colours.js", "file.js", "hands.js", "scene.js")}


class TileMap(rx.NoSSRComponent):
    """Draws a file of tiles (``pipeline.toolkit.tiles``) from an address that answers ranges; follows light and dark mode."""

    library = _ASSETS["tile_map.jsx"].importable_path
    tag = "TileMap"

    src: rx.Var[str]
    label: rx.Var[str]


tile_map = TileMap.create
