"""Pictures of the operator, checked before anybody sees them: what a browser could run, or fetch from elsewhere, is refused."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

MOST_BYTES = 256 * 1024
MOST_PIXELS = 2_048
PNG = b"\x89PNG\r\n\x1a\n"
SVG_SPACE = "http://www.w3.org/2000/svg"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
DRAWS = frozenset(
    [
        "svg",
        "g",
        "defs",
        "symbol",
        "use",
        "title",
        "desc",
        "metadata",
        "style",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "textPath",
        "linearGradient",
        "radialGradient",
        "stop",
        "pattern",
        "clipPath",
        "mask",
        "marker",
        "switch",
        "view",
        "filter",
        "feBlend",
        "feColorMatrix",
        "feComponentTransfer",
        "feComposite",
        "feDropShadow",
        "feFlood",
        "feFuncA",
        "feFuncB",
        "feFuncG",
        "feFuncR",
        "feGaussianBlur",
        "feMerge",
        "feMergeNode",
        "feMorphology",
        "feOffset",
        "feTile",
        "feTurbulence",
    ]
)
"""What draws and does nothing else. Not among them: script, foreignObject, image, a, animations."""
ENCODING = re.compile(r"\s*<\?xml[^>]*?\bencoding\s*=\s*['\"]([^'\"]*)")
HANDLER = re.compile(r"on[a-z]+", re.IGNORECASE)
OUTSIDE = re.compile(r"""url\((?!\s*['"]?\s*\#)|@import|image-set\(|image\(|src\(|expression\(|javascript:|\\""", re.IGNORECASE)
SIMPLER = "save it as a plain SVG, or as a PNG"


@dataclass(frozen=True)
class Picture:
    """One picture, as it is served."""

    content: bytes
    media_type: str


MARK = Picture(Path(__file__).with_name("mark.svg").read_bytes(), "image/svg+xml")
"""The shipped mark: a small correlation matrix."""


def read_picture(path: Path) -> Picture:
    """Read an SVG or PNG.

    Raises:
        ValueError: With what to do, when it is missing, too large, something else, or holds more than a drawing.
    """
    if not path.is_file():
        message = "there is no such file in the folder; put it there, or correct the name"
        raise ValueError(message)
    if path.stat().st_size > MOST_BYTES:
        message = f"the file is larger than {MOST_BYTES // 1024} KiB; make it smaller"
        raise ValueError(message)
    content = path.read_bytes()
    if content.startswith(PNG):
        _check_png(content)
        return Picture(content, "image/png")
    check_svg(content)
    return Picture(content, "image/svg+xml")


def _check_png(content: bytes) -> None:
    if len(content) < 24 or content[12:16] != b"IHDR":
        message = "the PNG is damaged; save it again"
        raise ValueError(message)
    width, height = struct.unpack(">II", content[16:24])
    if not 0 < max(width, height) <= MOST_PIXELS or not min(width, height):
        message = f"it has {width} × {height} pixels, at most {MOST_PIXELS} each way are needed; make it smaller"
        raise ValueError(message)


def check_svg(content: bytes) -> None:
    """Refuse what is no drawing and nothing else.

    Raises:
        ValueError: With what was found.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        message = "it is neither a PNG nor an SVG in UTF-8"
        raise ValueError(message) from fault
    if (said := ENCODING.match(text)) and said[1].lower() != "utf-8":
        message = f"it says that it is written in {said[1]}; save it as UTF-8"
        raise ValueError(message)
    if re.search(r"<!(?:DOCTYPE|ENTITY)|<\?(?!xml\s)", text, re.IGNORECASE):  # before parsing: entities can grow without end
        message = f"it holds a document type, entities or processing instructions; {SIMPLER}"
        raise ValueError(message)
    try:
        root = ET.fromstring(text)  # noqa: S314 - no document type, hence no entities
    except ET.ParseError as fault:
        message = f"it is neither a PNG nor a well-formed SVG ({fault}); {SIMPLER}"
        raise ValueError(message) from fault
    if root.tag != f"{{{SVG_SPACE}}}svg":
        message = f"its outermost element is not an <svg> of {SVG_SPACE}; {SIMPLER}"
        raise ValueError(message)
    for fault in _svg_faults(root):
        message = f"{fault}, which a logo must not; {SIMPLER}"
        raise ValueError(message)


def _svg_faults(root: ET.Element) -> Iterator[str]:
    for element in root.iter():
        space, _, name = str(element.tag).removeprefix("{").rpartition("}")
        if space == SVG_SPACE and name not in DRAWS:
            yield f"it holds <{name}>"
        elif "xhtml" in space or "MathML" in space or not space:
            yield f"it holds <{name}> of another language"
        if space == SVG_SPACE:
            yield from _attribute_faults(name, element)


def _attribute_faults(name: str, element: ET.Element) -> Iterator[str]:
    for attribute, value in element.attrib.items():
        if HANDLER.fullmatch(attribute):
            yield f"<{name}> runs a script ({attribute})"
        elif attribute in ("href", XLINK_HREF, "src") and not value.strip().startswith("#"):
            yield f"<{name}> refers to something outside the file"
        elif OUTSIDE.search(value):
            yield f"<{name}> refers to something outside the file ({attribute.rpartition('}')[2]})"
    if name == "style" and OUTSIDE.search("".join(element.itertext())):
        yield "its style refers to something outside the file"
