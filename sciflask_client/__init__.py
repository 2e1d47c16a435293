"""Use the tools of a SciFlask site from Python: upload, run, wait, download.

>>> from sciflask_client import Site
>>> site = Site("https://science.example", token="sfk_...")                       # doctest: +SKIP
>>> result = site.run("correlation", {"dataset1": "genes.csv"}, alpha=0.01)       # doctest: +SKIP
>>> site.compute("smoothing", sigma=2.5).metrics                                  # doctest: +SKIP
>>> result.metrics["significant"], result.download("out")                         # doctest: +SKIP
"""

from sciflask_client.errors import AnalysisFailed, CheckRefused, SiteError
from sciflask_client.records import Analysis, Computed, Finding, Study, Upload
from sciflask_client.site import Site

__all__ = ["Analysis", "AnalysisFailed", "CheckRefused", "Computed", "Finding", "Site", "SiteError", "Study", "Upload"]
