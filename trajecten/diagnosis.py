"""The self-test of the doorstart: what a visitor recognises, and the modules that follow."""

from dataclasses import dataclass

from trajecten.vinkjes import names_in


@dataclass(frozen=True)
class Diagnose:
    """The statements of the test, and the outcome once it was sent.

    `vragen` pairs every module with whether it was ticked; `modules` are the ticked ones in
    order; `verstuurd` tells an empty answer from no answer yet.
    """

    vragen: list
    modules: list
    verstuurd: bool


def from_query(steps, query) -> Diagnose:
    """Read the ticks from the address: `?k=<page id>` once per tick, `test=1` when sent.

    Unknown ids are ignored: an old link must keep working after a module is removed. The points of
    a checklist share the parameter; their names never look like a number (trajecten.vinkjes).
    """
    ticked = {name for name in names_in(query) if name.isdecimal()}
    questions = [(step, str(step.pk) in ticked) for step in steps if step.herken_je]
    return Diagnose(
        vragen=questions,
        modules=[step for step, is_ticked in questions if is_ticked],
        verstuurd="test" in query or bool(ticked),
    )
