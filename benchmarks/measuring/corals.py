"""An environment for CorALS, which asks for an older numpy than ours: made once, outside the repository."""

import os
import subprocess
import sys
from pathlib import Path

PACKAGES = ("corals==0.1.7", "numpy<2")
PATIENCE_S = 300


def home() -> Path:
    """Return where the environment lies."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "sciflask-benchmarks" / f"corals-python{sys.version_info.major}.{sys.version_info.minor}"


def python() -> tuple[Path | None, str]:
    """Return the Python of the environment, or None and the reason why there is none."""
    folder = home()
    found = folder / "bin" / "python"
    if (folder / "whole").exists() and found.exists():
        return found, ""
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True, capture_output=True, timeout=PATIENCE_S)
        install = [str(found), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", *PACKAGES]
        subprocess.run(install, check=True, capture_output=True, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        return None, "installing CorALS took too long"
    except subprocess.CalledProcessError as fault:
        said = fault.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        return None, f"CorALS could not be installed: {said[-1][:120]}"
    (folder / "whole").touch()
    return found, ""
