"""The door: the typed function from which the site makes everything. Light to import; the science loads when it runs."""

from typing import Annotated

from pipeline.smoothing.outputs import Smoothing
from pipeline.toolkit import Example, Resources, parameter, tool

REFERENCES = (
    "Virtanen P. et al. (2020) SciPy 1.0: fundamental algorithms for scientific computing in Python. Nature Methods 17, 261-272. doi:10.1038/s41592-019-0686-2",
    "Hastie T., Tibshirani R., Friedman J. (2009) The Elements of Statistical Learning, 2nd edition, section 5.4.1. Springer. doi:10.1007/978-0-387-84858-7",
)
EXAMPLE = Example(title="A noisy wave", parameters={"sigma": 3.0}, expected={"points": 200, "degrees_of_freedom": 27.09689864890064})


@tool(
    slug="smoothing",
    title="Smoothing",
    summary="Shows what a Gaussian filter does to a noisy series, while you move its width.",
    icon="spline",
    references=REFERENCES,
    examples=(EXAMPLE,),
    live=True,
    resources=Resources(seconds=5, memory_mib=512),
)
def smooth_series(
    *,
    sigma: Annotated[
        float, parameter(title="Sigma", description="Width of the filter. Wider is smoother.", unit="points", ge=0.1, le=20)
    ] = 2.0,
    points: Annotated[int, parameter(title="Points", description="How many points the series has.", ge=20, le=1_000)] = 200,
    noise: Annotated[
        float, parameter(title="Noise", description="Standard deviation of the noise; the curve itself goes from -1.4 to 1.4.", ge=0, le=2)
    ] = 0.3,
    seed: int = 0,
) -> Smoothing:
    """Smooth a noisy series with a Gaussian filter.

    A curve that is known (a slow wave, a faster one and a narrow peak) is measured with noise, and smoothed: each point becomes the
    mean of its neighbourhood, weighted by a Gaussian of standard deviation sigma. A small sigma leaves the noise in, a large one takes
    the peak away with it. Somewhere between, the distance to the true curve is least.

    The same seed gives the same noise, so that the effect of sigma alone can be seen.
    """
    from pipeline.smoothing.present import present
    from pipeline.smoothing.science import noisy, smoothed, truth

    clean = truth(points)
    measured = noisy(clean, noise, seed)
    return present(clean, measured, smoothed(measured, sigma), sigma)
