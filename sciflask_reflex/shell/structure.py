"""Molecules in space, which the browser fetches and draws by itself. 3Dmol.js (BSD-3-Clause) is bundled and loaded only where it is used."""

import reflex as rx

_ASSET = rx.asset("structure.jsx", shared=True)


class Structure(rx.NoSSRComponent):
    """Draws a PDB file from an address: one model or several over each other, as opaque as they weigh.

    ``models`` is where their names and weights are found; empty when nothing is known of them.
    """

    library = _ASSET.importable_path
    tag = "Structure"
    lib_dependencies: list[str] = ["3dmol@2.5.5"]

    src: rx.Var[str]
    models: rx.Var[str]
    label: rx.Var[str]


structure = Structure.create
