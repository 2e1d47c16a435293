"""A form whose answers stand in the address: the result can be sent to somebody as a link."""

from fractions import Fraction
from typing import Any

import reflex as rx
from pydantic import BaseModel, Field, ValidationError

from sciflask_reflex.gallery.lesson import PREFIX, Lesson
from sciflask_reflex.gate import door
from sciflask_reflex.shell.feedback import note
from sciflask_reflex.shell.fields import field, text_input

RULE = "A number from \u22121,000 to 1,000."
LIMIT = "which is as far as floating point goes. Use whole numbers: they have no such limit."


class Question(BaseModel):
    """What the address may hold."""

    base: int | float = Field(ge=-1000, le=1000, allow_inf_nan=False)
    exponent: int | float = Field(ge=-1000, le=1000, allow_inf_nan=False)


def power(question: Question) -> tuple[str, str]:
    """Return the power and how exact it is, or an empty text and why there is none."""
    base, exponent = question.base, question.exponent
    if base == 0 and exponent < 0:
        return "", "Zero has no negative powers: that would be a division by zero. Choose another base."
    if base < 0 and exponent != int(exponent):
        return "", "A broken power of a negative number is no real number. Choose a whole exponent."
    if isinstance(base, int) and isinstance(exponent, int):
        return str(Fraction(base) ** exponent), "exactly"
    try:
        result = float(base) ** exponent
    except OverflowError:
        return "", f"The result is larger than 1.8e308, {LIMIT}"
    if result == 0 != base:
        return "", f"The result is smaller than 5e-324, {LIMIT}"
    return f"{result:.15g}", "to 15 digits"


class PowerState(rx.State):
    """The form as the address fills it, and the result."""

    values: dict[str, str] = dict.fromkeys(Question.model_fields, "")
    faults: dict[str, str] = {}
    result: str = ""
    remark: str = ""

    @rx.event
    @door(reads=True, per_minute=120)
    async def load(self) -> None:
        """Read the address. Its values come from anywhere, so a model checks them."""
        query = self.router.url.query_parameters
        self.values = {name: str(query.get(name, ""))[:40] for name in Question.model_fields}
        self.faults, self.result, self.remark = {}, "", ""
        if not any(self.values.values()):
            return
        try:
            self.result, self.remark = power(Question.model_validate(self.values))
        except ValidationError as refusal:
            self.faults = {str(error["loc"][0]): RULE for error in refusal.errors()}


def _number(name: str, title: str) -> rx.Component:
    control: Any = text_input(name, error=PowerState.faults[name], default_value=PowerState.values[name], key=PowerState.values[name])
    return field(title, control, control_id=name, hint=RULE, error=PowerState.faults[name])


def page() -> rx.Component:
    """Draw a form that asks by GET: the browser writes the fields into the address and opens it."""
    return rx.el.div(
        rx.el.form(
            rx.el.div(_number("base", "Base"), _number("exponent", "Exponent"), class_name="pair"),
            rx.el.button("Calculate", type="submit", class_name="btn solid"),
            method="get",
            action=f"{PREFIX}/power",
            on_submit=None,
            class_name="stack",
        ),
        rx.cond(
            PowerState.result != "",
            rx.el.p(
                PowerState.values["base"], rx.el.sup(PowerState.values["exponent"]), " = ", rx.el.output(PowerState.result), " ",
                rx.el.span(PowerState.remark, class_name="muted small"), class_name="said",
            ),
            rx.cond(PowerState.remark != "", note("error", PowerState.remark, role="alert")),
        ),
        class_name="stack l",
    )  # fmt: skip


LESSON = Lesson(
    "power",
    "A form in the address",
    "A form that asks by GET puts its fields into the address, so that a result can be bookmarked and sent. One model says what the fields may hold.",
    draw=page,
    load=(PowerState.load,),
    example="?base=2&exponent=10",
)
