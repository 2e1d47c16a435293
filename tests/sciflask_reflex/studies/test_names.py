"""Names of files and studies, as hostile as they come."""

import pytest

from sciflask_reflex.errors import Invalid
from sciflask_reflex.names import name_key
from sciflask_reflex.studies.names import data_label, file_label, study_name


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ("../../x", "x"),
        ("C:\\data\\x.csv", "x.csv"),
        ("/etc/passwd", "passwd"),
        ("a/b/c.csv", "c.csv"),
        (".htaccess", ".htaccess"),
        ("x\x00.csv", "x.csv"),
        ("a\r\nSet-Cookie: b.csv", "a Set-Cookie: b.csv"),
        ("наука.csv", "наука.csv"),
        ("...", "file"),
        ("", "file"),
        ("dir/", "file"),
        ("x.csv ", "x.csv"),
        ("e\u0301.csv", "é.csv"),
        ("a\u202egpj.csv", "agpj.csv"),
        ("\ud800.csv", ".csv"),
    ],
)
def test_file_labels(given, label):
    assert file_label(given) == label


def test_long_file_labels_keep_their_ending():
    label = file_label("x" * 300 + ".csv")
    assert len(label) == 255
    assert label.endswith("x.csv")
    assert len(file_label("." + "x" * 300)) == 255


def test_study_names_are_cleaned():
    assert study_name("  My \t study\n ") == "My study"
    assert study_name("x" * 120) == "x" * 120


@pytest.mark.parametrize("name", ["", "  ", "\x00", "x" * 121, "\ufdfa" * 120])
def test_study_names_that_are_refused(name):
    with pytest.raises(Invalid) as caught:
        study_name(name)
    assert "name" in caught.value.fields


def test_names_are_compared_as_people_read_them():
    assert name_key("Straße  1") == name_key("STRASSE 1") == name_key("ｓｔｒａｓｓｅ １")


def test_labels_have_a_limit():
    assert data_label("dataset1", " genes ") == "genes"
    with pytest.raises(Invalid) as caught:
        data_label("dataset1", "x" * 81)
    assert "dataset1" in caught.value.fields
