"""One instance per data folder and per port; whoever comes second is told so."""

import errno
import fcntl
import os
import socket
from pathlib import Path

from sciflask_reflex.errors import Refused
from sciflask_reflex.settings import Settings


def claim_data_folder(site: Settings) -> int:
    """Lock the data folder for as long as the returned descriptor (or this process) lives."""
    folder = private_folder(site.data_dir / "run")
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(handle, 32).decode().strip() or "unknown"
        os.close(handle)
        sentence = (
            f"Another instance already runs on the data folder {site.data_dir} (process {holder}). "
            "Stop it first, or choose another folder with SCIFLASK_DATA_DIR."
        )
        raise Refused(sentence) from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    return handle


def is_running(site: Settings) -> bool:
    """Whether an instance holds the data folder right now."""
    try:
        handle = os.open(site.data_dir / "run" / "lock", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def check_port(site: Settings) -> None:
    """Refuse, in a sentence, an address that cannot be listened on."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(site.host, site.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        raise Refused(_why(site, fault)) from None


def private_folder(path: Path) -> Path:
    """Make a folder that only we may enter; refuse one that belongs to somebody else."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    facts = path.lstat()
    if path.is_symlink() or facts.st_uid != os.geteuid():
        sentence = f"The folder {path} is a link or belongs to another user. Remove it, or choose a shorter SCIFLASK_DATA_DIR."
        raise Refused(sentence)
    if facts.st_mode & 0o077:
        path.chmod(0o700)
    return path


def _why(site: Settings, fault: OSError) -> str:
    if fault.errno == errno.EADDRINUSE:
        return (
            f"Port {site.port} on {site.host} is taken by another program. "
            f"Stop that program, or choose another port: SCIFLASK_PORT={_next_port(site.port)} make run"
        )
    if fault.errno == errno.EACCES:
        return f"Port {site.port} needs special rights. Choose one above 1023 with SCIFLASK_PORT, and put a web server in front."
    return f"Cannot listen on {site.host} port {site.port}: {fault.strerror}. Set SCIFLASK_HOST and SCIFLASK_PORT."


def _next_port(port: int) -> int:
    return port + 1 if port < 65535 else 3000
