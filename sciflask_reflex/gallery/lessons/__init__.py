"""The lessons, in the order in which they are read."""

from sciflask_reflex.gallery.lessons import echo, form, heatmap, hello, plot, plotly, power, smoothing, visits

LESSONS = (
    hello.LESSON,
    echo.LESSON,
    power.LESSON,
    plot.LESSON,
    heatmap.LESSON,
    plotly.LESSON,
    smoothing.LESSON,
    visits.LESSON,
    form.LESSON,
)
