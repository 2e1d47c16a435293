"""Average-linkage clustering of vectors by their scalar products, in memory that grows with the vectors and not with their pairs."""

from pipeline.correlation.clustering.linkage import average_linkage

__all__ = ["average_linkage"]
