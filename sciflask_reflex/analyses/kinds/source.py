"""Where what is drawn comes from: the state that holds a result, and the addresses of its files."""

from dataclasses import dataclass

import reflex as rx

from sciflask_reflex.analyses.result_state import ResultState
from sciflask_reflex.shell.links import plain_link


@dataclass(frozen=True)
class Source:
    """The state that has the result, and what stands before the addresses of its files."""

    state: type[ResultState]
    prefix: str | rx.Var[str] = ""
    has_tour: bool = True
    stays: bool = False
    """Whether an old figure stays until the new one is there: where results follow each other quickly."""
    zipped: str = "together with your data, the parameters and checksums"
    """What is in the zip beside the files."""

    def address(self, url: rx.Var[str]) -> rx.Var[str]:
        """Return where a file is found."""
        return self.prefix + url if isinstance(self.prefix, rx.Var) else url


def download(source: Source, url: rx.Var[str], text: str | rx.Var[str]) -> rx.Component:
    """Draw the button that downloads a file."""
    return plain_link(rx.icon("download", size=14), text, href=source.address(url), class_name="btn s", download=True)


def downloads(source: Source, output: rx.Var) -> rx.Component:
    """Draw the buttons for the files of an output."""
    return rx.cond(
        output.downloads.length() > 0,
        rx.el.div(rx.foreach(output.downloads, lambda item: download(source, item.url, item.text)), class_name="actions"),
    )


def heading(text: rx.Var[str], level: rx.Var[int]) -> rx.Component:
    """Draw a heading of the level where it stands."""
    return rx.match(level, (2, rx.el.h2(text)), (3, rx.el.h3(text)), rx.el.h4(text))
