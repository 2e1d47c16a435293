"""What the processes of an instance see of the environment."""

import os
import sys
from pathlib import Path

from sciflask_reflex.settings import ROOT, Settings


def web_folder() -> Path:
    """Return where Reflex builds the pages: in ``.web``, unless it was told another folder."""
    return ROOT / os.environ.get("REFLEX_WEB_WORKDIR", ".web")


def child_environment(site: Settings) -> dict[str, str]:
    """Return the environment of every child: ours, with the data folder spelled out and this Python's programs (bun) found first."""
    programs = str(Path(sys.executable).parent)
    return os.environ | {
        "PATH": programs + os.pathsep + os.environ.get("PATH", os.defpath),
        "SCIFLASK_DATA_DIR": str(site.data_dir),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_UPLOADED_FILES_DIR": str(site.data_dir / "cache" / "reflex"),  # nothing of ours goes there, yet it is always made
    }


def web_environment(site: Settings) -> dict[str, str]:
    """Return the environment of the web server: pages are served as built, and nothing is compiled."""
    return child_environment(site) | {
        # Names that Reflex keeps for itself; the version is pinned and a start is tested.
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
        "REFLEX_ENV_MODE": "prod",
    }


def build_environment(site: Settings) -> dict[str, str]:
    """Return the environment of the build: asks one registry, and does not go looking for the fastest."""
    registry = {"NPM_CONFIG_REGISTRY": os.environ.get("NPM_CONFIG_REGISTRY", "https://registry.npmjs.org")}
    return child_environment(site) | registry | {"REFLEX_API_URL": "http://localhost", "REFLEX_ENV_MODE": "prod", "NO_COLOR": "1"}
