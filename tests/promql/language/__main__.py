"""Runs every `.test` file of a folder of Prometheus's language tests.

`python -m tests.promql.language FOLDER...`; the generation is that of the folder's name. Prints
passed and all for each file, and exits with 1 if an evaluation fails that uses no syntax behind a
feature flag.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.promql.language.run import Outcome, outcomes, semantics


def main(folders: list[str]) -> int:
    """Run the folders, and return the exit code."""
    failed = False
    for folder in map(Path, folders):
        how = semantics(folder)
        for file in sorted(folder.glob("*.test")):
            results = [*outcomes(file, how)]
            failed |= _report(folder, file, results)
    return int(failed)


def _report(folder: Path, file: Path, results: list[Outcome]) -> bool:
    """Print one file, and say whether anything failed in it."""
    excepted = [result for result in results if result.is_excepted]
    wrong = [result for result in results if result.failure and not result.is_excepted]
    passed = len(results) - len(excepted) - len(wrong)
    flags = ", ".join(sorted({str(result.flag) for result in excepted}))
    beside = f", {len(excepted)} behind feature flags ({flags})" if excepted else ""
    print(f"{folder.name}/{file.name}: {passed} of {len(results)} passed{beside}")

    for result in wrong:
        command = result.command
        print(f"  line {command.line}: {command.expression}: {result.failure}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
