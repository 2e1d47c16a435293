"""A matrix of any size as one file of small tiles, from the whole at a glance to every cell, for looking at it by zooming.

``Tiles`` says what the matrix holds; ``write_tiles`` makes the file; ``TileFile`` reads it. docs/maps.md describes the format.
"""

from pipeline.toolkit.tiles.declared import Axis, Part, Tiles
from pipeline.toolkit.tiles.reader import TileFile
from pipeline.toolkit.tiles.writer import write_tiles

__all__ = ["Axis", "Part", "TileFile", "Tiles", "write_tiles"]
