"""The texts of the help pages."""

Section = tuple[str, tuple[str, ...]]

FORMATS: tuple[Section, ...] = (
    (
        "What a file should look like",
        (
            (
                "A table as plain text (.csv, .tsv or .txt): one row for each sample, one column for each feature. The first row holds the names of the "
                "features, the first column the ids of the samples; its heading may be empty. Everything else is numbers."
            ),
            (
                "Large tables may be packed (.csv.gz). The first sheet of an Excel workbook (.xlsx) and tables in Parquet, Feather and AnnData files "
                "(.parquet, .feather, .h5ad) are read by the same rules."
            ),
            (
                "Comma, tab, semicolon and vertical bar separate columns; in .txt files spaces do too. The separator and the encoding are detected, and "
                "the check tells you which ones were found."
            ),
            "Sample ids and feature names are text and stay text: 001, NA and 1e5 remain what they are.",
        ),
    ),
    (
        "Cells without a value",
        (
            (
                "Empty cells and NA, NaN, null, None and N/A count as missing. Each tool says in its form and on its page what it "
                "does with them. What was done is recorded with the result. Your file is never changed."
            ),
        ),
    ),
    (
        "Two tables",
        (
            "Rows are matched by sample id, exactly as written. Samples that are in one table only are left out of comparisons between the two, and the check tells you how many are shared.",
        ),
    ),
)

FAQ: tuple[tuple[str, str], ...] = (
    (
        "Do I need an account?",
        "No. As a guest you can upload, analyse and download; your work is kept for some days in your browser. With an account it stays, and you find it from any device.",
    ),
    (
        "Can I close the page while an analysis runs?",
        "Yes. It runs on the server. When you come back, the page shows where it stands, or the result.",
    ),
    (
        "Who can see my data?",
        "Only you, and the people who run the server. Files and results are kept under ids that cannot be guessed, and every access is checked against your session.",
    ),
    (
        "Why does the check refuse my file?",
        "Each finding says where it is (line and column) and how to mend it. Open the file in a text editor rather than in a spreadsheet to see what is really in it.",
    ),
    (
        "The table has millions of rows. What now?",
        "Narrow it by the fields above it, such as the least |r| of a pair, one feature, or the strongest hundred. The button beside the count downloads what is left.",
    ),
    (
        "Which p-values are these?",
        "Two-sided p-values of each pair, corrected for all pairs that were tested: Benjamini-Hochberg and Benjamini-Yekutieli control the share of false discoveries, Bonferroni and Holm the chance of any.",
    ),
    ("Can a program use this site?", "Yes. Everything here is also a REST API; the link is at the bottom of every page."),
)

ABOUT: tuple[Section, ...] = (
    (
        "One typed function, one website",
        (
            (
                "This site is made with sciflask-reflex: a scientist writes one typed Python function, and the uploads, the checks, the form, the queue, the result "
                "page, the downloads and the API follow from its signature."
            ),
            (
                "It is open source under the MIT licence. Reflex draws the pages, Dramatiq carries the jobs, SQLModel keeps the truth, and NumPy, SciPy and pandas do the "
                "numbers, checked against statsmodels."
            ),
        ),
    ),
    (
        "How a result can be trusted",
        (
            (
                "Files are stored as they came, with their SHA-256, and are verified again before each analysis. Parameters, versions and the random seed are kept "
                "with the result. The numbers are tested against SciPy, statsmodels and published reference values."
            ),
        ),
    ),
    (
        "How to cite",
        (
            "Cite this site by its address and the date, and the methods by the references on each tool's page. The zip of every result holds both.",
        ),
    ),
)
