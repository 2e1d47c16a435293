"""``python -m sciflask_reflex.supervisor.beside``: build the pages in a folder of their own, while those that there are go on being served.

The folder is the one that ``REFLEX_WEB_WORKDIR`` names; it begins as a copy of the present one, in which everything is installed.
"""

import os
import shutil
import sys

from sciflask_reflex.settings import ROOT, settings
from sciflask_reflex.supervisor import frontend, up

PRESENT = ROOT / ".web"


def main() -> int:
    """Build; return the exit code."""
    shutil.rmtree(frontend.WEB, ignore_errors=True)
    shutil.copytree(PRESENT, frontend.WEB, symlinks=True, copy_function=os.link)  # files are shared, and those that change are replaced
    return up.build(settings())


if __name__ == "__main__":
    sys.exit(main())
