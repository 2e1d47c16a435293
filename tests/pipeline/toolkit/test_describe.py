"""The description of the correlation tool, to the letter of the contract that forms, scripts and checks rely on."""

from pipeline import tools
from pipeline.toolkit import describe

TOLD = describe(tools()["correlation"])
PARAMETERS = {parameter["name"]: parameter for parameter in TOLD["parameters"]}


def test_parameters_are_named_as_agreed():
    assert {name: parameter["title"] for name, parameter in PARAMETERS.items()} == {
        "correlation_method": "Correlation method",
        "correction_method": "Correction method",
        "alpha": "Alpha",
        "feature_count": "Number of top-variance features",
        "missing_values": "Missing values",
        "covariates": "Covariates",
        "least_r": "Least |r|",
        "feature_order": "Feature order",
    }


def test_choices_and_defaults_are_as_agreed():
    choices = {
        name: [(c["value"], c["label"]) for c in parameter["choices"]] for name, parameter in PARAMETERS.items() if parameter["choices"]
    }
    assert choices["correlation_method"][:2] == [("spearman", "Spearman"), ("pearson", "Pearson")]
    assert choices["correlation_method"][2:] == [("bicor", "Biweight (bicor)")]
    assert choices["correction_method"][:2] == [("benjamini-hochberg", "Benjamini-Hochberg"), ("bonferroni", "Bonferroni")]
    assert choices["correction_method"][2:] == [("holm", "Holm"), ("benjamini-yekutieli", "Benjamini-Yekutieli"), ("none", "None")]
    assert [value for value, _ in choices["missing_values"]] == ["median", "drop", "pairwise"]
    assert choices["feature_order"] == [("r", "Correlation"), ("data", "Values"), ("name", "Name")]
    assert {name: parameter["default"] for name, parameter in PARAMETERS.items()} == {
        "correlation_method": "spearman",
        "correction_method": "benjamini-hochberg",
        "alpha": 0.05,
        "feature_count": 50,
        "missing_values": "median",
        "covariates": None,
        "least_r": 0.0,
        "feature_order": "r",
    }


def test_bounds_are_as_agreed():
    assert (PARAMETERS["alpha"]["gt"], PARAMETERS["alpha"]["le"]) == (0, 0.5)
    assert (PARAMETERS["feature_count"]["ge"], PARAMETERS["feature_count"]["le"]) == (2, None)
    assert (PARAMETERS["least_r"]["ge"], PARAMETERS["least_r"]["le"]) == (0, 1)
    assert PARAMETERS["alpha"]["rule"] == "Alpha must be a number, greater than 0 and at most 0.5."


TABLES = [".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".xlsx", ".parquet", ".feather", ".h5ad"]


def test_inputs_are_as_agreed():
    assert [(slot["name"], slot["title"], slot["type_title"], slot["required"], slot["suffixes"]) for slot in TOLD["inputs"]] == [
        ("dataset1", "Dataset 1", "Type of dataset 1", True, TABLES),
        ("dataset2", "Dataset 2", "Type of dataset 2", False, TABLES),
    ]


def test_nothing_is_left_unexplained():
    assert all(parameter["help"].endswith(".") for parameter in PARAMETERS.values())
    assert all(slot["help"] for slot in TOLD["inputs"])
    assert "Benjamini" in TOLD["help"]
    assert len(TOLD["references"]) >= 3


def test_the_schema_carries_the_same_bounds():
    alpha = TOLD["parameters_schema"]["properties"]["alpha"]
    assert (alpha["exclusiveMinimum"], alpha["maximum"], alpha["default"]) == (0, 0.5, 0.05)
    assert TOLD["parameters_schema"]["additionalProperties"] is False
