"""A PostgreSQL of our own: durable, in a temporary folder, on a socket in it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

SYSTEM_USER = "postgres"


class Cluster:
    """A server that can be restarted in the middle of a run. Use as a context manager."""

    def __init__(self):
        self._programs = programs()

    def __enter__(self):
        self._folder = Path(tempfile.mkdtemp(prefix="vtnw-cluster-"))
        if os.geteuid() == 0:
            shutil.chown(self._folder, SYSTEM_USER)
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        self._run("initdb", "--no-sync", *options)
        self.start()
        return self

    def __exit__(self, *exception):
        self._run("pg_ctl", "--mode=immediate", "stop", check=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def url(self) -> str:
        return f"postgres://postgres@/postgres?host={self._folder}"

    def start(self) -> None:
        """Start with what makes a commit survive a power cut switched on, as it is by default."""
        options = f"-k {self._folder} -c listen_addresses='' -c fsync=on -c synchronous_commit=on"
        self._run("pg_ctl", f"--log={self._folder}/log", "--wait", f"--options={options}", "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop; `immediate` is what a power cut does to it."""
        self._run("pg_ctl", "--wait", f"--mode={mode}", "stop")

    def _run(self, program, *arguments, check=True):
        command = [str(self._programs / program), f"--pgdata={self._folder}/data", *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", SYSTEM_USER, "--", *command]
        subprocess.run(command, check=check, cwd="/", stdout=subprocess.DEVNULL)


def programs() -> Path:
    """Return the folder of the server programs, which Debian keeps outside PATH."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    elsewhere = shutil.which("initdb")
    if found:
        return found[-1].parent
    if elsewhere:
        return Path(elsewhere).parent
    raise RuntimeError("PostgreSQL ontbreekt (apt install postgresql).")
