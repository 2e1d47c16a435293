"""Features of installed packages: what their entry points name comes in by the same door as ours."""

from importlib import import_module
from importlib.metadata import entry_points

from sciflask_reflex.feature.declare import Feature, FeatureError

GROUP = "sciflask.features"


def installed() -> tuple[Feature, ...]:
    """Return the features of installed packages, in the order of their entry points.

    Raises:
        FeatureError: If an entry point names something else.
    """
    found = []
    for target in sorted(point.value for point in entry_points(group=GROUP)):
        module, _, name = target.partition(":")
        feature = getattr(import_module(module), name, None)
        if not isinstance(feature, Feature):
            message = f"The entry point {target} of {GROUP} is no feature. Let it name a Feature, as in my_package:feature."
            raise FeatureError(message)
        found.append(feature)
    return tuple(found)
