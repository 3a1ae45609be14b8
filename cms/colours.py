"""Colours of brands: whether they can be told apart, and the nearest ones that can.

Contrast is the one of WCAG 2.2. "Nearest" is measured in OKLab, where equal distances look equally far; the search
keeps the hue and moves the lightness, so that the offered colour still looks like the brand.
"""

import math
import re
from collections.abc import Iterable, Iterator

# WCAG 2.2: 1.4.3 for text, 1.4.11 for edges and signs.
TEXT_CONTRAST = 4.5
EDGE_CONTRAST = 3.0
WHITE, BLACK = "#ffffff", "#000000"

_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})")
# Finer than the eye: neighbouring steps differ by about one of 255 parts.
_STEPS = 400

Rgb = tuple[float, float, float]
# Another colour and the contrast that is needed against it.
Need = tuple[str, float]


def normalise(text: str) -> str:
    """``#rrggbb`` in small letters, from what people type; ``ValueError`` where it is no colour."""
    match = _HEX.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(text)
    digits = match[1]
    return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits)


def is_colour(text: str) -> bool:
    return _HEX.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """The ratio between 1 (the same) and 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def passes(colour: str, needs: Iterable[Need]) -> bool:
    return all(contrast(colour, other) >= ratio for other, ratio in needs)


def nearest_passing(colour: str, needs: Iterable[Need]) -> str | None:
    """The nearest colour that keeps all contrasts: the colour itself where it does, ``None`` where none can."""
    needs = list(needs)
    if passes(colour, needs):
        return normalise(colour)
    target = _oklab(colour)
    found = [shade for shade in _shades(colour) if passes(shade, needs)]
    return min(found, key=lambda shade: math.dist(_oklab(shade), target), default=None)


def tint(colour: str) -> str:
    """A ground in the colour's hue, so light that all of the portal's text can be read on it."""
    _, a, b = _oklab(colour)
    chroma = math.hypot(a, b)
    factor = min(1.0, 0.015 / chroma) if chroma else 0.0
    return _within_gamut(0.97, a * factor, b * factor)


def _shades(colour: str) -> Iterator[str]:
    """The colour in every lightness from black to white."""
    _, a, b = _oklab(colour)
    for step in range(_STEPS + 1):
        yield _within_gamut(step / _STEPS, a, b)


def _within_gamut(lightness: float, a: float, b: float) -> str:
    """The colour as screens can show it: with as much of its saturation as fits."""
    low, high = 0.0, 1.0
    if all(-1e-4 <= part <= 1 + 1e-4 for part in _linear(lightness, a, b)):
        low = 1.0
    else:
        for _ in range(12):
            middle = (low + high) / 2
            if all(0 <= part <= 1 for part in _linear(lightness, a * middle, b * middle)):
                low = middle
            else:
                high = middle
    return _hex(_linear(lightness, a * low, b * low))


def _linear_rgb(colour: str) -> Rgb:
    digits = normalise(colour)[1:]
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = _linear_rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _oklab(colour: str) -> Rgb:
    """OKLab as published by Björn Ottosson (public domain): lightness and two axes of colour."""
    red, green, blue = _linear_rgb(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _linear(lightness: float, a: float, b: float) -> Rgb:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _hex(linear: Rgb) -> str:
    def encode(part: float) -> int:
        part = min(1.0, max(0.0, part))
        return round(255 * (part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055))

    return "#" + "".join(f"{encode(part):02x}" for part in linear)
