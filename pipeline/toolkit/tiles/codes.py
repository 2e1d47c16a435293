"""A value in one byte. While tiles are made, the stronger of two cells is the larger code; the file holds steps from -127 to 127 as 1 to 255."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

STEPS = 127
ZERO = 128
"""In the file; 0 is an empty cell."""
IN_FILE = bytes([0, *(ZERO + (code >> 1) if code & 1 else ZERO - (code >> 1) for code in range(1, 256))])
Codes = NDArray[np.uint8]


def coded(values: NDArray[Any], limit: float) -> Codes:
    """Return 2 * steps, and one more unless negative: of two codes the larger is the stronger value, at a draw the positive one."""
    scaled = np.abs(values, dtype=np.float32)
    scaled *= np.float32(STEPS / limit)
    np.rint(scaled, out=scaled)
    np.minimum(scaled, STEPS, out=scaled)
    codes = scaled.astype(np.uint8)
    codes <<= 1
    codes |= ~np.signbit(values)
    return np.maximum(codes, 1, out=codes)


def decoded(stored: Codes, limit: float) -> NDArray[np.float32]:
    """Return the values of bytes as they stand in a file, NaN where a cell is empty."""
    values = (stored.astype(np.float32) - ZERO) * np.float32(limit / STEPS)
    values[stored == 0] = np.nan
    return values


def shrunk(tile: Codes) -> Codes:
    """Return a tile of half the side: of each 2 × 2 cells the strongest."""
    across = np.maximum(tile[:, ::2], tile[:, 1::2])
    return np.maximum(across[::2], across[1::2])
