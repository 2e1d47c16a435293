"""Build the manual into ``build/docs``; a warning is an error. Usage: python -m scripts.manual."""

import subprocess
import sys
import time

from sciflask_reflex.settings import BUILT_MANUAL
from scripts.manual.foreign import foreign
from scripts.manual.reference import made_pages
from scripts.manual.staging import ROOT, stage

BUILD = ROOT / "build"
SOURCE, SITE = BUILD / "manual-source", BUILT_MANUAL


def main() -> int:
    """Make the pages, build them, and look at what they load; return the exit code."""
    began = time.monotonic()
    stage(SOURCE, made_pages())
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "--builder",
        "html",
        "--fail-on-warning",
        "--quiet",
        "--fresh-env",
        "--doctree-dir",
        BUILD / "manual-cache",
    ]
    done = subprocess.run([*command, SOURCE, SITE], cwd=ROOT, check=False)
    if done.returncode:
        print(f"The manual was not built: every warning above is an error. The pages as Sphinx read them are in {SOURCE}.")
        return done.returncode
    strangers = [f"{path.relative_to(SITE)} loads {address}" for path, address in foreign(SITE)]
    if strangers:
        print("\n".join(strangers))
        return 1
    print(f"The manual is in {SITE / 'index.html'} ({len(list(SITE.rglob('*.html')))} pages, {time.monotonic() - began:.1f} s).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
