"""The door: the typed function from which the site makes everything. Light to import; the science loads when it runs."""

from typing import Annotated, Literal

from pipeline.correlation.outputs import Correlations
from pipeline.toolkit import Example, Input, Progress, SampleTable, parameter, tool

EXAMPLE = Example(
    title="Genes and metabolites of 60 samples",
    files={"dataset1": "genes.csv", "dataset2": "metabolites.csv"},
    labels={"dataset1": "genes", "dataset2": "metabolites"},
    parameters={"feature_count": 40},
    expected={"tests": 2415, "significant": 169, "significant_within_1": 57, "significant_within_2": 21},
)


@tool(
    slug="correlation",
    title="Correlation",
    summary="Finds the significant correlations between the features of one or two datasets.",
    icon="grid-3x3",
    examples=(EXAMPLE,),
    lighter="fewer features, a larger least |r| or a smaller alpha",
)
def correlate(
    dataset1: Annotated[SampleTable, Input("Dataset 1", type_title="Type of dataset 1", type_example="genes")],
    dataset2: Annotated[SampleTable | None, Input("Dataset 2", type_title="Type of dataset 2", type_example="metabolites")] = None,
    *,
    correlation_method: Annotated[Literal["spearman", "pearson", "bicor"], parameter(labels={"bicor": "Biweight (bicor)"})] = "spearman",
    correction_method: Annotated[
        Literal["benjamini-hochberg", "bonferroni", "holm", "benjamini-yekutieli", "none"],
        parameter(labels={"benjamini-hochberg": "Benjamini-Hochberg", "benjamini-yekutieli": "Benjamini-Yekutieli"}),
    ] = "benjamini-hochberg",
    alpha: Annotated[float, parameter(gt=0, le=0.5)] = 0.05,
    feature_count: Annotated[int, parameter("Number of top-variance features", ge=2)] = 50,
    missing_values: Annotated[
        Literal["median", "drop", "pairwise"],
        parameter(labels={"median": "Fill with the feature's median", "drop": "Leave out the feature", "pairwise": "Pair by pair"}),
    ] = "median",
    covariates: Annotated[list[str] | None, parameter(column_of="dataset1", column_kind="number")] = None,
    least_r: Annotated[float, parameter("Least |r|", ge=0, le=1)] = 0.0,
    feature_order: Annotated[Literal["r", "data", "name"], parameter(labels={"r": "Correlation", "data": "Values"})] = "r",
    progress: Progress,
) -> Correlations:
    """Find the significant correlations between the features of one or two datasets.

    Every feature is compared with every other one: within dataset 1, within dataset 2, and between the two. What remains
    significant after correction for the number of comparisons is shown as heatmaps and as a list of pairs.

    The steps, in this order:

    1. Missing values are filled with the median of their feature, or features with missing values are left out, or each pair of
       features is compared on the samples that both have. Your file is not changed; the result says what was done.
    2. Of each dataset the features with the largest sample variance are taken, over all of its own samples.
       Among equals the first ones win.
    3. The datasets are joined on the samples they share, by id. Features that are constant on these are left out.
    4. All pairs of features are correlated by Spearman's or Pearson's coefficient or the biweight midcorrelation, with a two-sided
       p-value (Student's t with n - 2 degrees of freedom). With covariates the correlations are partial.
    5. The p-values are corrected over all pairs together, by Benjamini and Hochberg (false discovery rate), Bonferroni or Holm
       (any false pair at all), Benjamini and Yekutieli (false discovery rate whatever the dependence), or not.
    6. Pairs with a corrected p-value of at most alpha are significant. Those with |r| below the least |r| are not listed.
    7. Rows and columns are put in order: by average-linkage clustering on the distance 1 - r, or by name.

    Parameters
    ----------
    dataset1 : SampleTable
        A table with samples as rows and features as columns. The first row holds the features' names, the first column the samples'
        ids.
    dataset2 : SampleTable, optional
        A second table in the same form, measured on the same samples. Samples are matched by their ids; the order may differ.
    correlation_method : {"spearman", "pearson", "bicor"}
        Spearman compares ranks: it finds any steady rise or fall and shrugs off outliers. Choose Pearson when relations are
        straight lines and values are roughly normal, the biweight midcorrelation when they are straight lines with outliers.
    correction_method : {"benjamini-hochberg", "bonferroni", "holm", "benjamini-yekutieli", "none"}
        Thousands of tests give false hits by chance alone. Benjamini-Hochberg limits the share of false pairs in the list; choose
        Bonferroni to make even one false pair unlikely, at the price of missing weaker ones. Holm promises the same and misses
        fewer; Benjamini-Yekutieli is the careful form of the first. None is for looking around only.
    alpha : float
        A pair is kept when its corrected p-value is at most this. Lower it for a shorter, safer list.
    feature_count : int
        Of each dataset only the features that vary most are compared. Raise it to look at more; a number above what there is means
        all. Fewer features mean fewer tests to correct for.
    missing_values : {"median", "drop", "pairwise"}
        Fill each gap with the median of its feature, leave out every feature that has a gap, or compare each pair of features on the
        samples that both have. Filling keeps all features but weakens their correlations; pair by pair every value counts, but
        correlations rest on different samples, and it takes much longer.
    covariates : list of str, optional
        Columns of numbers in dataset 1, such as age or a batch coded as 0 and 1. What they can explain is taken out of every feature of
        both datasets, and they are no features themselves: the correlations are partial. Samples that lack one are left out.
    least_r : float
        Significant pairs with a correlation weaker than this, in either direction, are left out of tables and plots. They still
        count as tests. Raise it when many samples make even tiny correlations significant.
    feature_order : {"r", "data", "name"}
        How rows and columns of heatmaps and matrices are ordered: by clustering on 1 - r with the coefficient chosen above, by
        clustering on 1 - Pearson's r of the values, or by name.
    progress : Progress
        Where to report to.

    Returns
    -------
    Correlations
        Key numbers, a heatmap and two matrices (coefficients, corrected p-values) within each dataset and between them,
        and the list of pairs (``feature_1 feature_2 r p p_corrected n``), strongest first. Large matrices are left out, large heatmaps
        can be zoomed into, and long lists stay on disk.

    Raises
    ------
    ToolError
        If fewer than four samples are shared, fewer than two features vary, or the settings do not go together.

    Notes
    -----
    The p-value of Spearman's coefficient is an approximation, poor below ten samples. A correlation is no cause:
    batches, age or a common normalisation can tie features together.

    References
    ----------
    - Spearman C. (1904) The proof and measurement of association between two things. American Journal of Psychology 15, 72-101.
      doi:10.2307/1412159
    - Pearson K. (1895) Note on regression and inheritance in the case of two parents. Proceedings of the Royal Society of London
      58, 240-242. doi:10.1098/rspl.1895.0041
    - Benjamini Y., Hochberg Y. (1995) Controlling the false discovery rate: a practical and powerful approach to multiple testing.
      Journal of the Royal Statistical Society B 57, 289-300. doi:10.1111/j.2517-6161.1995.tb02031.x
    - Dunn O. J. (1961) Multiple comparisons among means. Journal of the American Statistical Association 56, 52-64.
      doi:10.1080/01621459.1961.10482090
    - Holm S. (1979) A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 65-70.
    - Benjamini Y., Yekutieli D. (2001) The control of the false discovery rate in multiple testing under dependency. Annals of
      Statistics 29, 1165-1188. doi:10.1214/aos/1013699998
    - Langfelder P., Horvath S. (2012) Fast R functions for robust correlations and hierarchical clustering. Journal of Statistical
      Software 46(11), 1-17. doi:10.18637/jss.v046.i11
    - Kim S. (2015) ppcor: an R package for a fast calculation to semi-partial correlation coefficients. Communications for Statistical
      Applications and Methods 22, 665-674. doi:10.5351/CSAM.2015.22.6.665
    - Sokal R. R., Michener C. D. (1958) A statistical method for evaluating systematic relationships. University of Kansas Science
      Bulletin 38, 1409-1438.

    Examples
    --------
    >>> result = correlate("genes.csv", "metabolites.csv", alpha=0.01)  # doctest: +SKIP
    >>> result.pairs.frame.head()  # doctest: +SKIP
    """
    from pipeline.correlation.analysis import analyse

    return analyse(
        dataset1, dataset2, correlation_method=correlation_method, correction_method=correction_method, alpha=alpha, progress=progress,
        feature_count=feature_count, missing_values=missing_values, covariates=covariates, least_r=least_r, feature_order=feature_order,
    )  # fmt: skip
