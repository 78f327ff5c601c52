"""Builds wheel and sdist twice from the last commit and compares their bytes: `make dist`.

Then checks that an index can show the description, writes an SBOM, and prints sizes.
"""

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from tools.release.programs import ROOT, git, python_of, run

DIST: Final = ROOT / "dist"


def main() -> int:
    """Build; 1 if the two builds differ, or if the description does not render."""
    with tempfile.TemporaryDirectory(prefix="dist-") as folder:
        first, second = (built(Path(folder) / name) for name in ("first", "second"))
        if digests(first) != digests(second):
            print("the two builds differ", digests(first), digests(second), sep="\n")
            return 1
        shutil.rmtree(DIST, ignore_errors=True)
        shutil.copytree(first, DIST)

    artifacts = sorted(DIST.iterdir())
    run(sys.executable, "-m", "twine", "check", "--strict", *artifacts)
    for name, digest in digests(DIST).items():
        print(f"{digest}  {name}  {(DIST / name).stat().st_size / 1e6:.2f} MB")
    print("two builds from two clones: equal bytes")
    return 0


def built(folder: Path) -> Path:
    """Build in a fresh clone of the last commit; return the folder with wheel and sdist.

    The time of every file is that of the commit (https://reproducible-builds.org/specs/
    source-date-epoch/).
    """
    clone, out = folder / "clone", folder / "out"
    git("clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone))
    moment = git("-C", str(clone), "log", "-1", "--format=%ct")
    build = (sys.executable, "-m", "hatchling", "build", "-d", out)
    run(*build, folder=clone, SOURCE_DATE_EPOCH=moment)
    return out


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file by name."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def wheel() -> Path:
    """Return the wheel that `make dist` built.

    Raises:
        SystemExit: there is none.
    """
    found = sorted(DIST.glob("*.whl"))
    if not found:
        raise SystemExit("dist/ has no wheel; run `make dist`")
    return found[-1]


def sbom(environment: Path) -> Path:
    """Write what an environment contains as CycloneDX JSON; return the file.

    cyclonedx-bom validates it against the schema of CycloneDX 1.6 before it writes it.
    """
    file = DIST / f"{wheel().name.removesuffix('-py3-none-any.whl')}.cdx.json"
    run(
        *(sys.executable, "-m", "cyclonedx_py", "environment", python_of(environment)),
        *("--spec-version", "1.6", "--output-format", "JSON", "--output-reproducible"),
        *("--validate", "--output-file", file),
    )
    return file


if __name__ == "__main__":
    sys.exit(main())
