"""The lessons, in the order in which they are read."""

from pipeline import tools
from sciflask_reflex.gallery.lessons import echo, form, heatmap, hello, plot, plotly, power, smoothing, visits

LESSONS = (
    hello.LESSON,
    echo.LESSON,
    power.LESSON,
    plot.LESSON,
    heatmap.LESSON,
    plotly.LESSON,
    *((smoothing.LESSON,) if smoothing.SLUG in tools() else ()),  # a site may have other tools
    visits.LESSON,
    form.LESSON,
)
