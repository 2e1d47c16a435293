"""One file out of a multipart body, piece by piece: nothing is kept in memory, nothing is spooled."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from sciflask_reflex.errors import Invalid

FIELD = "file"
MAX_HEADERS = 16
MAX_HEADER_BYTES = 4_096
NOT_MULTIPART = "Send the file as multipart/form-data, in a field called 'file'."


def _decoded(raw: bytes) -> str:
    """Return a header value as text: UTF-8 where it is, else byte by byte."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


@dataclass
class _Reading:
    """Takes the parser's callbacks and keeps what the current piece of the body gave."""

    filename: str | None = None
    finished: bool = False
    pieces: list[bytes] = field(default_factory=list)
    _name: bytes = b""
    _value: bytes = b""
    _disposition: bytes = b""

    def on_part_begin(self) -> None:
        if self.filename is not None:
            message = "Send one file at a time, and nothing beside it."
            raise Invalid(message)
        self._disposition = b""

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value
        self._name = self._value = b""

    def on_headers_finished(self) -> None:
        kind, options = parse_options_header(self._disposition)
        if kind != b"form-data" or _decoded(options.get(b"name", b"")) != FIELD or b"filename" not in options:
            raise Invalid(NOT_MULTIPART)
        self.filename = _decoded(options[b"filename"])

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self.pieces.append(data[start:end])

    def on_end(self) -> None:
        self.finished = True


def boundary_of(content_type: str | None) -> bytes:
    """Return the boundary that a content type names.

    Raises:
        Invalid: If it names none, or is no multipart form.
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 1 <= len(boundary) <= 200:
        raise Invalid(NOT_MULTIPART)
    return boundary


class ArrivingFile:
    """The one file of a multipart body. ``name()`` comes first, then its bytes as they arrive.

    Every call may raise Invalid: if the body is no multipart form with exactly one file in the field ``file``, or breaks off.
    """

    def __init__(self, content_type: str | None, body: AsyncIterator[bytes]) -> None:
        self._reading = _Reading()
        callbacks = {name: getattr(self._reading, name) for name in dir(self._reading) if name.startswith("on_")}
        self._parser = MultipartParser(
            boundary_of(content_type),
            callbacks,  # pyright: ignore[reportArgumentType]
            max_header_count=MAX_HEADERS,
            max_header_size=MAX_HEADER_BYTES,
        )
        self._body = body

    async def _more(self) -> bool:
        """Take in the next part of the body; False after the last one."""
        data = await anext(self._body, None)
        if data is None:
            return False
        try:
            self._parser.write(data)
        except FormParserError:
            message = "The request is not a well-formed multipart body."
            raise Invalid(message) from None
        return True

    async def name(self) -> str:
        """Return what the file is called by whoever sends it."""
        while self._reading.filename is None:
            if not await self._more():
                raise Invalid(NOT_MULTIPART)
        return self._reading.filename

    async def pieces(self, least_bytes: int) -> AsyncIterator[bytes]:
        """Yield the content in pieces of at least this size, but for the last one."""
        arrived = bytearray()
        while True:
            for piece in self._reading.pieces:
                arrived += piece
            self._reading.pieces.clear()
            if len(arrived) >= least_bytes:
                yield bytes(arrived)
                arrived.clear()
            if not await self._more():
                break
        if not self._reading.finished:
            message = "The file did not arrive whole. Send it again."
            raise Invalid(message)
        if arrived:
            yield bytes(arrived)
