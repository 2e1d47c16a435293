"""A value from the address: a whole number, or a sentence that says what was wrong with it."""

import re

import reflex as rx

from sciflask_reflex.errors import Invalid
from sciflask_reflex.gallery.lesson import Lesson
from sciflask_reflex.gate import door
from sciflask_reflex.shell.feedback import note

WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,30}")


def whole_number(text: str) -> int:
    """Return the number that a text spells; raises Invalid with a sentence for everything else."""
    if not WHOLE_NUMBER.fullmatch(text):
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        sentence = f"“{shown}” is not a whole number of at most 30 digits. Write one at the end of the address, such as 42."
        raise Invalid(sentence)
    return int(text)


class EchoState(rx.State):
    """What came in the address."""

    number: str = ""
    doubled: str = ""
    fault: str = ""

    @rx.event
    @door(reads=True)
    async def load(self) -> None:
        """Read ``given``: the part of the address that the page's path calls ``[given]``."""
        self.number = self.doubled = self.fault = ""
        try:
            number = whole_number(str(getattr(self, "given", "")))
        except Invalid as refusal:
            self.fault = refusal.sentence
        else:
            self.number, self.doubled = str(number), str(2 * number)


def echo() -> rx.Component:
    """Draw the number, or the fault."""
    heard = rx.el.p("You said ", rx.el.b(EchoState.number), ". Twice that is ", rx.el.b(EchoState.doubled), ".", class_name="said")
    return rx.el.div(
        rx.cond(EchoState.fault != "", note("error", EchoState.fault, role="alert")),
        rx.cond(EchoState.number != "", heard),
    )


LESSON = Lesson(
    "echo",
    "A value from the address",
    "A part of the address in brackets becomes a variable of the state. It is text that anybody can write, so it is checked before it is used.",
    draw=echo,
    load=(EchoState.load,),
    place="[given]",
    example="/42",
)
