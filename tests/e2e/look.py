"""Look at a page as it stands: what sticks out of the screen, and what axe says of it.

A look waits until the page has loaded. After a click the browser may have left the old page while
the new one has nothing in it yet: a script that runs at that moment fails, or finds nothing wrong.
"""

from typing import NamedTuple

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Two frames, and the end of what moves: a menu slides away, a message fades in.
STANDS_STILL = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const ends = one => one.playState === "running" && one.effect.getComputedTiming().endTime < 5000;
  await Promise.all(document.getAnimations().filter(ends).map(one => one.finished.catch(() => {})));
}"""
HAS_AXE = "() => Boolean(window.axe)"
RUN = """
    ([where, tags]) => axe.run(where, {runOnly: {type: "tag", values: tags}}).then(result => {
        const short = list => list.flatMap(rule => rule.nodes.map(
            node => ({rule: rule.id, where: node.target.join(" "), why: node.failureSummary || ""})
        ));
        return {violations: short(result.violations), incomplete: short(result.incomplete)};
    })
"""


class Findings(NamedTuple):
    """What axe found: what is wrong, and what it could not decide. Each has rule, where and why."""

    violations: list[dict[str, str]]
    incomplete: list[dict[str, str]]


def stand_still(page) -> None:
    """Wait until nothing moves any more, after a message came or the window changed its size.

    Only where scripts run.
    """
    page.wait_for_load_state()
    page.evaluate(STANDS_STILL)


def overflow(page) -> int:
    """Return how many pixels of a page stick out beside the screen."""
    page.wait_for_load_state()
    return page.evaluate(OVERFLOW)


def ask_axe(page, axe: str, where: str = "html") -> Findings:
    """Let axe (its source) look at a page, or only at a part of it (a selector)."""
    page.wait_for_load_state()
    if not page.evaluate(HAS_AXE):
        page.evaluate(axe)
    return Findings(**page.evaluate(RUN, [where, TAGS]))


def click_through(target) -> None:
    """Click on what leads to a page, also one with the same address, and wait until it is there."""
    with target.page.expect_navigation():
        target.click()
