"""How strong a new password is, said under its field while somebody types. The password never leaves the browser for it."""

import reflex as rx

_ASSET = rx.asset("strength_meter.jsx", shared=True)


class StrengthMeter(rx.NoSSRComponent):
    """Watches the field with the id ``field``; the fields ``known`` hold what a guesser may know of the person."""

    library = _ASSET.importable_path
    tag = "StrengthMeter"
    lib_dependencies: list[str] = ["@zxcvbn-ts/core@4.2.0", "@zxcvbn-ts/language-common@4.1.3", "@zxcvbn-ts/language-en@4.1.1"]

    field: rx.Var[str]
    known: rx.Var[list[str]]
    least: rx.Var[int]


strength_meter = StrengthMeter.create
