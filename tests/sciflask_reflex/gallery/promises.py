"""What the gallery has: everybody may see and try all of it, and none of it changes anything."""

from tests.promises import Promises

PROMISES = Promises(
    doors={
        ("anyone", True): """
            EchoState.load PowerState.load PlotState.draw HeatmapState.load HeatmapState.another PlotlyState.load
            VisitsState.load VisitsState.forget LessonFormState.submit LessonFormState.slide LessonFormState.receive LessonFormState.reject
        """,
    },
    arguments={
        "LessonFormState.submit": {"form_data": {"name": "Ada"}},
        "LessonFormState.slide": {"level": 5},
    },
    routes={"open": "GET /gallery/hello.txt  GET /gallery/heatmap.png  GET /gallery/plotly/2d.json  GET /gallery/plotly/3d.json"},
    browser={
        "visitor": (
            "/gallery", "/gallery/hello", "/gallery/echo/42", "/gallery/power?base=2&exponent=10", "/gallery/plot", "/gallery/heatmap?seed=7",
            "/gallery/plotly/2d", "/gallery/plotly/3d", "/gallery/smoothing", "/gallery/visits", "/gallery/form", "/gallery/echo/nonsense",
        ),
    },
)  # fmt: skip
