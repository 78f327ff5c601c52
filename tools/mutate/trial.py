"""Run the nearest tests on a copy of the tree that holds one mutation."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from compileall import compile_dir
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Final, Literal

from tools.mutate.mutations import Mutation

CPU_SECONDS: Final = 240
"""Processor time of one process of a run; a mutation may make a loop endless."""
HANGS: Final = 1800
"""Seconds by the clock after which a run that uses no processor time is taken to hang."""
FAILED: Final = re.compile(r"^(?:FAILED|ERROR) (\S+?\.py(?:::\S.*?)?)(?: - |$)", re.MULTILINE)
PYTEST: Final = ("-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider")
FIRST: Final = 3
"""Test files that run before the others are collected: they notice most mutations."""
QUICK: Final = "not servers and not tools"
SLOW: Final = "servers or tools"
"""Marks of tests that run last: most mutations need no server to be noticed."""
NO_TESTS: Final = 5
"""The exit code of pytest if it collected none."""
Word = Literal["killed", "survived", "timeout", "unclear"]


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a mutation: `test` noticed it, or is the one that fails without it, too."""

    mutation: Mutation
    word: Word
    test: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the tree; the checkout is never written."""

    folder: Path
    cpu_seconds: int = CPU_SECONDS

    @classmethod
    def of(cls, root: Path, files: Sequence[str], folder: Path) -> Copy:
        """Copy files into a new folder, and compile them: each run starts many processes."""
        for file in files:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / file, folder / file, follow_symlinks=False)
        # Of a mutated module the hash differs, so that it is compiled anew.
        compile_dir(folder, quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
        return cls(folder)

    def attempt(self, mutation: Mutation, tests: Sequence[str]) -> Trial:
        """Run tests on the mutation; a test that fails without it as well proves nothing."""
        path = self.folder / mutation.path
        source = path.read_bytes()
        path.write_bytes(mutation.apply(source))
        try:
            code, text = self._staged(tests)
        finally:
            path.write_bytes(source)
        if code == 0:
            return Trial(mutation, "survived")
        if code < 0:
            without, _ = self._staged(tests)
            return Trial(mutation, "unclear" if without < 0 else "timeout")
        failed = FAILED.findall(text)[:1]
        without, _ = self.run(failed or tests[:1])
        word: Word = "killed" if without == 0 and code in (1, 2) else "unclear"
        return Trial(mutation, word, *failed)

    def _staged(self, tests: Sequence[str]) -> tuple[int, str]:
        """Exit code and output of the first stage that notices, else of the last."""
        text = ""
        for files, marks in ((tests[:FIRST], QUICK), (tests[FIRST:], QUICK), (tests, SLOW)):
            if not files:
                continue
            code, text = self.run((*files, "-m", marks))
            if code not in (0, NO_TESTS):
                return code, text
        return 0, text

    def run(self, tests: Sequence[str]) -> tuple[int, str]:
        """Exit code and output of pytest; a negative code if it was ended by a signal."""
        variables = (f"PYTHONPATH={self.folder}", "PYTHONDONTWRITEBYTECODE=1")
        process = subprocess.Popen(
            ["/usr/bin/env", *variables, sys.executable, *PYTEST, *tests],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=self._limit,
        )
        try:
            text, _ = process.communicate(timeout=HANGS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            text, _ = process.communicate()
        return process.returncode, text

    def _limit(self) -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (self.cpu_seconds, self.cpu_seconds + 5))
