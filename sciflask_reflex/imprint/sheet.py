"""The operator's colour as a style sheet: the twelve steps that the pages' components ask for, light and dark, and the panel's few."""

from collections.abc import Iterator
from functools import lru_cache

from sciflask_reflex.imprint.colours import (
    DARK_PAGES,
    LEAST_SHAPE,
    LIGHT_PAGES,
    WHITE,
    channels,
    contrast,
    ink,
    mix,
    nearest,
    weakest,
)  # fmt: skip
from sciflask_reflex.imprint.model import Colours

LIGHT_SHARES = (0.015, 0.04, 0.09, 0.14, 0.20, 0.28, 0.39, 0.56)
DARK_SHARES = (0.02, 0.05, 0.13, 0.19, 0.25, 0.33, 0.43, 0.57)
"""How much of the accent is in steps 1 to 8; step 9 is the accent itself, as in Radix' own scales."""
LIGHT = ":root:root, :root .radix-themes.radix-themes"
DARK = ":root:root:is(.dark, .dark-theme), :is(.dark, .dark-theme) .radix-themes.radix-themes, .radix-themes.radix-themes:is(.dark, .dark-theme)"
PANEL_LIGHT, PANEL_DARK = ':root[data-bs-theme="light"], :root:not([data-bs-theme])', ':root[data-bs-theme="dark"]'


def dark_accent(colours: Colours) -> str:
    """Return the accent of dark pages: the operator's, or the light one made readable there."""
    return colours.accent_dark or nearest(colours.accent, DARK_PAGES)


@lru_cache(maxsize=4)
def style_sheet(colours: Colours) -> str:
    """Return the style sheet; empty where the operator chose no colour."""
    if not colours.accent and not colours.accent_dark:
        return ""
    rules = []
    if colours.accent:
        rules += [_rule(LIGHT, _light(colours.accent)), _rule(PANEL_LIGHT, _panel(colours.accent))]
    rules += [_rule(DARK, _dark(colours)), _rule(PANEL_DARK, _panel(dark_accent(colours)))]
    return "\n".join(["/* Made from site.toml. */", *rules, ""])


def _rule(selector: str, values: dict[str, str]) -> str:
    return f"{selector} {{ {' '.join(f'{name}: {value};' for name, value in values.items())} }}"


def _light(accent: str) -> dict[str, str]:
    page = LIGHT_PAGES[0]
    steps = [*(mix(accent, page, share) for share in LIGHT_SHARES), accent, mix("#000000", accent, 0.10)]
    text = nearest(accent, (steps[2], *LIGHT_PAGES))
    steps += [text, mix("#000000", accent, 0.55)]
    return {
        **dict(_scale(steps, WHITE)),
        "--accent-a11": text,
        "--solid": accent,
        "--solid-hover": mix("#000000", accent, 0.16),
        "--solid-ink": ink(accent),
    }


def _dark(colours: Colours) -> dict[str, str]:
    accent, page = dark_accent(colours), DARK_PAGES[0]
    steps = [*(mix(accent, page, share) for share in DARK_SHARES), accent, mix(WHITE, accent, 0.12)]
    text = nearest(accent, (steps[2], *DARK_PAGES))
    steps += [text, mix(WHITE, accent, 0.75)]
    light = colours.accent
    solid = light if light and contrast(light, weakest(light, DARK_PAGES)) >= LEAST_SHAPE else accent
    return {
        **dict(_scale(steps, page)),
        "--accent-a11": text,
        "--solid": solid,
        "--solid-hover": mix(WHITE, solid, 0.12) if ink(solid) != WHITE else mix("#000000", solid, 0.16),
        "--solid-ink": ink(solid),
    }


def _scale(steps: list[str], ground: str) -> Iterator[tuple[str, str]]:
    for number, colour in enumerate(steps, 1):
        yield f"--accent-{number}", colour
        yield f"--accent-a{number}", _veil(colour, ground)
    yield "--accent-contrast", ink(steps[8])
    yield "--accent-surface", f"color-mix(in srgb, {steps[1]} 80%, transparent)"
    yield "--accent-indicator", steps[8]
    yield "--accent-track", steps[8]
    yield "--focus-8", steps[7]


def _veil(colour: str, ground: str) -> str:
    """Return the thinnest veil that makes the ground look like the colour."""
    wanted, under = channels(colour), channels(ground)
    alpha = max(
        (over - below) / (1 - below) if over > below else (below - over) / below if below else 0.0
        for over, below in zip(wanted, under, strict=True)
    )
    if not alpha:
        return "transparent"
    parts = [(over - below * (1 - alpha)) / alpha for over, below in zip(wanted, under, strict=True)]
    return f"rgb({' '.join(f'{round(min(1, max(0, part)) * 255)}' for part in parts)} / {alpha:.3f})"


def _panel(accent: str) -> dict[str, str]:
    red, green, blue = (round(part * 255) for part in channels(accent))
    triple = f"{red}, {green}, {blue}"
    return {
        "--tblr-primary": accent, "--tblr-primary-rgb": triple, "--tblr-link-color": accent, "--tblr-link-color-rgb": triple,
        "--tblr-link-hover-color": accent, "--tblr-link-hover-color-rgb": triple, "--panel-solid": accent, "--panel-ink": ink(accent),
    }  # fmt: skip
