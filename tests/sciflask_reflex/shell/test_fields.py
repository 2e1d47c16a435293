"""A field ties label, hint and fault to its control, so that a screen reader says them together."""

import reflex as rx

from sciflask_reflex.shell.fields import checkbox, choice_input, field, text_input


def flat(component):
    return str(component).replace(" ", "").replace("\n", "")


def test_label_hint_and_fault_belong_to_the_control():
    error = rx.Var("state.errors.alpha")
    drawn = flat(
        field("Alpha", text_input("alpha", error=error), control_id="alpha", help_text="What it does", hint="Atmost1", error=error)
    )
    for part in ('htmlFor:"alpha"', 'id:"alpha"', 'name:"alpha"', 'id:"alpha-hint"', 'id:"alpha-fault"', "Atmost1", "Whatitdoes"):
        assert part in drawn
    assert '"aria-describedby":"alpha-hintalpha-fault"' in drawn
    assert '"aria-invalid"' in drawn


def test_a_field_without_hint_and_fault_draws_none():
    drawn = flat(field("Alpha", text_input("alpha"), control_id="alpha"))
    assert '"hint"' not in drawn
    assert '"fault"' not in drawn
    assert "aria-invalid" not in drawn


def test_choices_send_their_values_and_show_their_labels():
    drawn = flat(choice_input("method", (("a", "First"), ("b", "Second"))))
    assert drawn.index('value:"a"') < drawn.index("First") < drawn.index('value:"b"') < drawn.index("Second")
    assert 'name:"method"' in drawn


def test_a_box_is_named_by_its_label():
    drawn = flat(checkbox("Yes", control_id="box"))
    for part in ('id:"box"', 'name:"box"', 'htmlFor:"box"', 'type:"checkbox"', "Yes"):
        assert part in drawn
