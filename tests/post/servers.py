"""Mail servers of a test, each in a process of its own."""

import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """A running sink, and what it wrote down."""

    def __init__(self, process: subprocess.Popen, log: Path):
        self.process = process
        self.port = int(process.stdout.readline())
        self._log = log

    def lines(self, kind: str) -> list[list[str]]:
        text = self._log.read_text()
        # A line without its end is still being written.
        whole = text[: text.rfind("\n") + 1].splitlines()
        return [line.split()[1:] for line in whole if line.startswith(kind)]

    @property
    def connections(self) -> int:
        return len(self.lines("connect"))

    @property
    def took(self) -> list[str]:
        """The addresses for which it took a mail, in order."""
        return [line[0] for line in self.lines("took")]

    @property
    def message_ids(self) -> Counter:
        return Counter(line[-1] for line in self.lines("took"))


@contextmanager
def running(module: str, folder: Path, *arguments: str):
    """Start a sink, yield it, and end it."""
    log = folder / "sink.log"
    log.touch()
    process = subprocess.Popen(
        [sys.executable, "-m", module, "--log", str(log), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Server(process, log)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
