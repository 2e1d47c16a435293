"""A matrix of any size to zoom into. The browser fetches the tiles in sight by ranges of bytes, and draws them by itself."""

import reflex as rx

_PARTS = ("camera.js", "colours.js", "corner.js", "file.js", "hands.js", "legend.jsx", "names.js", "pairs.jsx", "scene.js", "words.js")
_ASSET = rx.asset("tile_map.jsx", shared=True)
for _part in _PARTS:  # they are imported by the first one, from beside it
    rx.asset(_part, shared=True)


class TileMap(rx.NoSSRComponent):
    """Draws a file of tiles (``pipeline.toolkit.tiles``) from an address that answers ranges; follows light and dark mode."""

    library = _ASSET.importable_path
    tag = "TileMap"

    src: rx.Var[str]
    label: rx.Var[str]


tile_map = TileMap.create
