"""The door: the typed function from which the site makes everything. Light to import; the science loads when it runs."""

from pathlib import Path
from typing import Annotated

from pipeline.correlation.outputs import Correlations
from pipeline.correlation.parameters import Alpha, CorrectionMethod, CorrelationMethod, FeatureCount, LeastR, MissingValues
from pipeline.toolkit import Example, Input, Progress, SampleTable, tool

DATA = Path(__file__).parent / "example"
REFERENCES = (
    "Spearman C. (1904) The proof and measurement of association between two things. American Journal of Psychology 15, 72-101. doi:10.2307/1412159",
    "Pearson K. (1895) Note on regression and inheritance in the case of two parents. Proceedings of the Royal Society of London 58, 240-242. doi:10.1098/rspl.1895.0041",
    "Benjamini Y., Hochberg Y. (1995) Controlling the false discovery rate: a practical and powerful approach to multiple testing. Journal of the Royal Statistical Society B 57, 289-300. doi:10.1111/j.2517-6161.1995.tb02031.x",
    "Dunn O. J. (1961) Multiple comparisons among means. Journal of the American Statistical Association 56, 52-64. doi:10.1080/01621459.1961.10482090",
    "Sokal R. R., Michener C. D. (1958) A statistical method for evaluating systematic relationships. University of Kansas Science Bulletin 38, 1409-1438.",
)
EXAMPLE = Example(
    title="Genes and metabolites of 60 samples",
    files={"dataset1": DATA / "genes.csv", "dataset2": DATA / "metabolites.csv"},
    labels={"dataset1": "genes", "dataset2": "metabolites"},
    parameters={"feature_count": 40},
    expected={
        "samples": 60,
        "tests": 2415,
        "significant": 169,
        "significant_within_1": 57,
        "significant_within_2": 21,
        "significant_between": 91,
    },
)
Dataset1 = Annotated[
    SampleTable,
    Input(
        title="Dataset 1",
        help="A table with samples as rows and features as columns. The first row holds the features' names, the first column the samples' ids.",
        type_title="Type of dataset 1",
        type_example="genes",
    ),
]
Dataset2 = Annotated[
    SampleTable | None,
    Input(
        title="Dataset 2",
        help="A second table in the same form, measured on the same samples. Samples are matched by their ids; the order may differ.",
        type_title="Type of dataset 2",
        type_example="metabolites",
    ),
]


@tool(
    slug="correlation",
    title="Correlation",
    summary="Finds the significant correlations between the features of one or two datasets.",
    icon="grid-3x3",
    references=REFERENCES,
    examples=(EXAMPLE,),
)
def correlate(
    dataset1: Dataset1,
    dataset2: Dataset2 = None,
    *,
    correlation_method: CorrelationMethod = "spearman",
    correction_method: CorrectionMethod = "benjamini-hochberg",
    alpha: Alpha = 0.05,
    feature_count: FeatureCount = 50,
    missing_values: MissingValues = "median",
    least_r: LeastR = 0.0,
    progress: Progress,
) -> Correlations:
    """Find the significant correlations between the features of one or two datasets.

    Every feature is compared with every other one: within dataset 1, within dataset 2, and between the two. What remains
    significant after correction for the number of comparisons is shown as heatmaps and as a list of pairs.

    The steps, in this order:

    1. Missing values are filled with the median of their feature, or features with missing values are left out.
       Your file is not changed; the result says what was done.
    2. Of each dataset the features with the largest sample variance are taken, over all of its own samples.
       Among equals the first ones win.
    3. The datasets are joined on the samples they share, by id. Features that are constant on these are left out.
    4. All pairs of features are correlated by Spearman's or Pearson's coefficient, with a two-sided p-value
       (Student's t with n - 2 degrees of freedom).
    5. The p-values are corrected over all pairs together, by Benjamini and Hochberg (false discovery rate) or
       Bonferroni (any false pair at all).
    6. Pairs with a corrected p-value of at most alpha are significant. Those with |r| below the least |r| are not listed.
    7. Rows and columns are put in the order of average-linkage clustering on the distance 1 - r.

    Parameters
    ----------
    dataset1 : SampleTable
        Samples as rows, features as columns.
    dataset2 : SampleTable, optional
        A second table, matched by sample id.
    correlation_method : {"spearman", "pearson"}
        Compare ranks or values.
    correction_method : {"benjamini-hochberg", "bonferroni"}
        How to correct for the number of tests.
    alpha : float
        Largest corrected p-value of a significant pair, above 0 and at most 0.5.
    feature_count : int
        How many top-variance features to take of each dataset, at least 2.
    missing_values : {"median", "drop"}
        Fill gaps, or leave out features that have any.
    least_r : float
        Weakest correlation to list, 0 to 1.
    progress : Progress
        Where to report to.

    Returns
    -------
    Correlations
        Key numbers, a heatmap and two matrices (coefficients, corrected p-values) within each dataset and between them,
        and the list of pairs (``feature_1 feature_2 r p p_corrected n``), strongest first.

    Raises
    ------
    ToolError
        If fewer than four samples are shared, or fewer than two features vary.

    Notes
    -----
    The p-value of Spearman's coefficient is an approximation, poor below ten samples. A correlation is no cause:
    batches, age or a common normalisation can tie features together.

    Examples
    --------
    >>> result = correlate("genes.csv", "metabolites.csv", alpha=0.01)  # doctest: +SKIP
    >>> result.pairs.frame.head()  # doctest: +SKIP
    """
    from pipeline.correlation.analysis import analyse

    return analyse(
        [table for table in (dataset1, dataset2) if table is not None],
        correlation_method=correlation_method,
        correction_method=correction_method,
        alpha=alpha,
        feature_count=feature_count,
        missing_values=missing_values,
        least_r=least_r,
        progress=progress,
    )
