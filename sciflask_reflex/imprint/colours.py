"""Colours by numbers: contrast as WCAG 2 defines it, and mixing in OKLab, where equal steps look equal."""

from collections.abc import Sequence

LIGHT_PAGES = ("#fcfcfd", "#ffffff")
DARK_PAGES = ("#111113", "#18191b")
"""The grounds that text stands on: page and card."""
LEAST_CONTRAST = 4.5
"""What WCAG 2.2 AA asks for text."""
LEAST_SHAPE = 3.0
"""What it asks for buttons and the ring around what has the focus."""
WHITE, BLACK = "#ffffff", "#111113"

Triple = tuple[float, float, float]


def channels(colour: str) -> Triple:
    """Return red, green and blue from 0 to 1 of a colour such as ``#0b7a70``."""
    return tuple(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))  # type: ignore[return-value]


def hexadecimal(values: Sequence[float]) -> str:
    """Return red, green and blue as ``#rrggbb``; what no screen can show is cut off."""
    return "#" + "".join(f"{round(min(1.0, max(0.0, value)) * 255):02x}" for value in values)


def luminance(colour: str) -> float:
    """Return the relative luminance, 0 for black and 1 for white."""
    red, green, blue = map(_linear, channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def weakest(colour: str, grounds: Sequence[str]) -> str:
    """Return the ground on which a colour is hardest to read."""
    return min(grounds, key=lambda ground: contrast(colour, ground))


def mix(colour: str, ground: str, share: float) -> str:
    """Return ``share`` of a colour and the rest of another."""
    one, other = _oklab(colour), _oklab(ground)
    return _from_oklab(tuple(a * share + b * (1 - share) for a, b in zip(one, other, strict=True)))  # type: ignore[arg-type]


def nearest(colour: str, grounds: Sequence[str], least: float = LEAST_CONTRAST) -> str:
    """Return the colour of the same hue, next in lightness, that can be read on all of these grounds."""
    lightness, a, b = _oklab(colour)
    step = -0.005 if luminance(grounds[0]) > 0.5 else 0.005
    found = colour
    while contrast(found, weakest(found, grounds)) < least and 0 <= lightness <= 1:
        lightness += step
        found = _from_oklab((lightness, a, b))
    return found


def ink(ground: str) -> str:
    """Return white or black, whichever is easier to read on a ground."""
    return max((WHITE, BLACK), key=lambda colour: contrast(colour, ground))


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _oklab(colour: str) -> Triple:
    """Björn Ottosson's OKLab: lightness from 0 to 1, and two axes of colour."""
    red, green, blue = map(_linear, channels(colour))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _from_oklab(value: Triple) -> str:
    lightness, a, b = value
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return hexadecimal([
        _gamma(max(0.0, part))
        for part in (
            4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
        )
    ])  # fmt: skip
