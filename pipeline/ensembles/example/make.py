"""Make the example data: ``python -m pipeline.ensembles.example.make``. Same seed, same bytes.

The protein is made up: two globular domains of beads on a linker, from closed to stretched. Curves are those of Debye's formula for
equal beads. The measured curve mixes three of the four shapes, 50, 30 and 20 %, scaled, with noise as a detector has it.
"""

import io
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SEED = 20_261_121
POINTS = 120
BEADS = 24
"""Beads of a domain."""
DISTANCES = {"closed": 24.0, "half_open": 36.0, "open": 52.0, "stretched": 74.0}
"""Between the centres of the domains, in Å."""
MIX = {"closed": 0.5, "half_open": 0.0, "open": 0.3, "stretched": 0.2}
SCALE = 3.0
FOLDER = Path(__file__).parent


def _domain(random: np.random.Generator) -> NDArray[np.float64]:
    """Return beads in a ball of radius 11 Å, shape (BEADS, 3)."""
    directions = random.normal(size=(BEADS, 3))
    return 11.0 * random.random((BEADS, 1)) ** (1 / 3) * directions / np.linalg.norm(directions, axis=1, keepdims=True)


def shapes() -> dict[str, NDArray[np.float64]]:
    """Return the beads of each shape, in Å, shape (2 * BEADS, 3)."""
    random = np.random.default_rng(SEED)
    first, second = _domain(random), _domain(random)
    return {name: np.concatenate([first, second + np.array([distance, 0.0, 0.0])]).round(3) for name, distance in DISTANCES.items()}


def scattering(q: NDArray[np.float64], beads: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the curve of equal beads, 1 at q = 0 (Debye 1915); q in 1/Å, shape (points,)."""
    distances = np.linalg.norm(beads[:, None] - beads[None], axis=2)
    return np.sinc(q[:, None, None] * distances / np.pi).mean(axis=(1, 2)) * np.exp(-((q * 3.0) ** 2) / 3)


def _pdb(beads: NDArray[np.float64]) -> str:
    lines = [
        f"ATOM  {i:5d}  CA  ALA {'AB'[i > BEADS]}{i:4d}    {x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00           C"
        for i, (x, y, z) in enumerate(beads, 1)
    ]
    return "\n".join([*lines, "END", ""])


def make() -> dict[str, bytes]:
    """Return the files by name."""
    random = np.random.default_rng(SEED + 1)
    q = np.linspace(0.01, 0.3, POINTS)
    made = shapes()
    curves = np.stack([scattering(q, beads) for beads in made.values()], axis=1)
    true = SCALE * curves @ np.array(list(MIX.values()))
    sigma = 0.01 * true + 0.004 * (1 + q / q.max())
    seen = true + sigma * random.normal(size=POINTS)
    measured = "# q I sigma\n" + "".join(f"{a:.6f} {b:.6e} {c:.6e}\n" for a, b, c in zip(q, seen, sigma, strict=True))
    lines = [" ".join(f"{value:.8e}" for value in row) for row in curves]
    simulated = "\n".join(["# " + " ".join(made), *lines, ""])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for number, beads in enumerate(made.values(), 1):
            archive.writestr(zipfile.ZipInfo(f"{number}.pdb"), _pdb(beads))
    return {"measured.dat": measured.encode(), "simulated.txt": simulated.encode(), "models.zip": packed.getvalue()}


def write(folder: Path) -> None:
    """Write the files into a folder."""
    for name, content in make().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    write(FOLDER)
