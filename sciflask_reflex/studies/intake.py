"""Uploads: from the first byte to a file that waits to become part of a study. Counted and hashed while they are written."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select, update

from sciflask_reflex import audit, quotas, storage
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import FileTooLarge, NotFound, Refused, Unavailable
from sciflask_reflex.models import Upload
from sciflask_reflex.settings import MIB, settings
from sciflask_reflex.studies.names import file_label

STEP_BYTES = 8 * MIB
"""What is reserved at once for a file whose size nobody declared."""


@dataclass(frozen=True, slots=True)
class UploadRow:
    """A file that has arrived."""

    id: str
    filename: str
    bytes: int
    sha256: str
    created_at: datetime


def _row(upload: Upload) -> UploadRow:
    return UploadRow(upload.id, upload.filename, upload.bytes, upload.sha256, upload.created_at)


class Intake:
    """A file on its way in. Call ``write`` for each piece, then ``finish``; or ``abort``, after which nothing is left."""

    def __init__(self, upload: Upload) -> None:
        self.upload_id = upload.id
        self._owner_id = upload.owner_id
        self._reserved = upload.bytes
        self._most = settings().max_file_bytes
        self._count = 0
        self._hash = hashlib.sha256()
        self._stack = ExitStack()
        self._handle = self._stack.enter_context(storage.new_file(storage.staging(upload.id)))

    def write(self, data: bytes) -> None:
        """Add a piece.

        Raises:
            FileTooLarge: At the first byte over the limit; the upload is gone then.
            Refused: If the owner's space does not hold it; the upload is gone then.
            Unavailable: If the disk is full; the upload is gone then.
        """
        count = self._count + len(data)
        with self._all_or_nothing():
            if count > self._most:
                raise FileTooLarge(settings().max_file_mib)
            if count > self._reserved:
                self._reserve(count)
            self._put(data)
        self._count = count

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """Take everything back unless the block comes to its end."""
        with ExitStack() as undo:
            undo.callback(self.abort)
            yield
            undo.pop_all()

    def _put(self, data: bytes) -> None:
        piece = memoryview(data)
        try:
            while piece:
                piece = piece[os.write(self._handle, piece) :]
        except OSError as fault:
            sentence = "The file could not be stored; the disk may be full. Try again later."
            raise Unavailable(sentence) from fault
        self._hash.update(data)

    def _reserve(self, count: int) -> None:
        """Reserve more space than was declared: in large steps, and byte for byte where no more than that is left."""
        size = min(self._most, max(count, 2 * self._reserved, STEP_BYTES))
        with writing() as session:
            owner = quotas.locked(session, self._owner_id)
            try:
                quotas.refuse_too_many_bytes(session, owner, size - self._reserved)
            except Refused:
                size = count
                quotas.refuse_too_many_bytes(session, owner, size - self._reserved)
            session.exec(update(Upload).where(col(Upload.id) == self.upload_id).values(bytes=size))
        self._reserved = size

    def finish(self) -> UploadRow:
        """Make the file durable and let it wait; return what is known of it.

        Raises:
            NotFound: If the upload was discarded meanwhile.
        """
        with self._all_or_nothing():
            self._stack.close()  # syncs the file to the disk
            storage.sync_folder(storage.staging(self.upload_id).parent)
            with writing() as session:
                upload = session.exec(select(Upload).where(Upload.id == self.upload_id)).one_or_none()
                if upload is None:
                    raise NotFound("upload")
                upload.bytes, upload.sha256 = self._count, self._hash.hexdigest()
                session.add(upload)
                audit.record(session, "file:upload", subject_id=upload.owner_id, thing=f"upload:{upload.id}", bytes=upload.bytes)
        return _row(upload)

    def abort(self) -> None:
        """Take back everything; harmless when it is gone already."""
        with suppress(OSError):  # on a full disk there is nothing to sync: the file goes
            self._stack.close()
        storage.discard(storage.staging(self.upload_id))
        with writing() as session:
            session.exec(delete(Upload).where(col(Upload.id) == self.upload_id))


def start_upload(owner_id: str, filename: str, declared_bytes: int | None) -> Intake:
    """Begin an upload: reserve space for what is declared, and open a private file for it. Undeclared space is reserved as it fills.

    Raises:
        FileTooLarge: If more is declared than one file may have.
        Refused: If the owner's space does not hold it.
        NotFound: If there is no such owner.
    """
    if (declared_bytes or 0) > settings().max_upload_bytes:
        raise FileTooLarge(settings().max_file_mib)
    with writing() as session:
        owner = quotas.locked(session, owner_id)
        upload = Upload(owner_id=owner.id, filename=file_label(filename), bytes=min(declared_bytes or 0, settings().max_file_bytes))
        quotas.refuse_too_many_bytes(session, owner, upload.bytes)
        session.add(upload)
    return Intake(upload)


def uploads_of(owner_id: str) -> list[UploadRow]:
    """Return the files of an owner that wait to become part of a study, newest first."""
    query = select(Upload).where(Upload.owner_id == owner_id, Upload.sha256 != "").order_by(col(Upload.created_at).desc(), col(Upload.id))
    with reading() as session:
        return [_row(upload) for upload in session.exec(query)]


def discard_upload(upload_id: str, owner_id: str) -> None:
    """Delete an upload.

    Raises:
        NotFound: If there is none, or it is somebody else's.
    """
    if not storage.ID.fullmatch(upload_id):
        raise NotFound("upload")
    with writing() as session:
        mine = delete(Upload).where(col(Upload.id) == upload_id, col(Upload.owner_id) == owner_id)
        if session.exec(mine).rowcount == 0:
            raise NotFound("upload")
    storage.discard(storage.staging(upload_id))
