"""Every status has a word and a picture of its own; colour is never all that says it."""

import reflex as rx

from sciflask_reflex.models import Status
from sciflask_reflex.shell.feedback import ICONS, STATUS_WORDS, note, progress, status_pill


def test_every_status_has_a_word():
    assert set(STATUS_WORDS) == {str(status) for status in Status}
    assert len({word for word, _ in STATUS_WORDS.values()}) == len(STATUS_WORDS)
    drawn = str(status_pill(rx.Var("x").to(str)))
    for word, _ in STATUS_WORDS.values():
        assert f'"{word}"' in drawn


def test_progress_is_said_in_percent():
    drawn = str(progress(rx.Var("x").to(float), "Progress of it")).replace(" ", "")
    for part in ('role:"progressbar"', '"aria-valuemax":"100"', '"aria-label":"Progressofit"', '"aria-valuenow":'):
        assert part in drawn


def test_a_note_has_a_picture_for_each_tone():
    plain = {tone: str(note(tone, "words")) for tone in ICONS}
    assert len(set(plain.values())) == len(ICONS)
    assert all('"words"' in text for text in plain.values())
    assert '"alert"' in str(note("error", "words", role="alert"))
