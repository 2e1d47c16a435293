"""Features of installed packages: what their entry points name comes in by the same door as ours."""

from importlib import import_module

from sciflask_reflex import installed as packages
from sciflask_reflex.feature.declare import Feature, FeatureError


def installed() -> tuple[Feature, ...]:
    """Return the features of installed packages, in the order of their entry points.

    Raises:
        FeatureError: If an entry point names something else.
    """
    found = []
    for target in packages.features():
        module, _, name = target.partition(":")
        feature = getattr(import_module(module), name, None)
        if not isinstance(feature, Feature):
            message = f"The entry point {target} of {packages.FEATURES} is no feature. Let it name a Feature, as in my_package:feature."
            raise FeatureError(message)
        found.append(feature)
    return tuple(found)
