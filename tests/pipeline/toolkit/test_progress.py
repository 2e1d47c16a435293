from pipeline.toolkit import Progress


def recorder():
    seen = []
    return seen, Progress(lambda *news: seen.append(news))


def test_it_reports_stage_fraction_and_lines():
    seen, progress = recorder()
    progress("Reading", 0.25)
    progress.log("Two files.")
    assert seen == [("Reading", 0.25, ""), ("Reading", 0.25, "Two files.")]


def test_the_fraction_never_falls_and_stays_within_the_whole():
    seen, progress = recorder()
    for fraction in (0.5, 0.2, -1, 7):
        progress("Working", fraction)
    assert [fraction for _, fraction, _ in seen] == [0.5, 0.5, 0.5, 1.0]


def test_a_span_is_a_part_of_the_whole():
    seen, progress = recorder()
    progress("Reading", 0.1)
    part = progress.span(0.2, 0.8)
    part("Working", 0.5)
    part.log("Half way.")
    part("Working", 1.0)
    assert seen[1:] == [("Working", 0.5, ""), ("Working", 0.5, "Half way."), ("Working", 0.8, "")]


def test_nobody_needs_to_listen():
    progress = Progress()
    progress("Working", 0.5)
    progress.log("Unheard.")
    assert (progress.stage, progress.fraction) == ("Working", 0.5)
