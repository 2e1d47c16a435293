"""The scripts of benchmarks/ find their own modules beside themselves; so do their tests."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
