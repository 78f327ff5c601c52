"""Says what is missing before a tag can be released: `make release-check TAG=v0.1.0`."""

import re
import sys
import tomllib
from collections.abc import Iterator

from reliability import __version__
from reliability.documentation import ADDRESS
from tools.release.programs import ROOT, git


def main(tag: str) -> int:
    """Print each thing that is missing; 1 if there is one."""
    problems = list(missing(tag))
    for problem in problems:
        print(f"release: {problem}")
    if not problems:
        print(f"release: {tag} is ready")
    return int(bool(problems))


def missing(tag: str) -> Iterator[str]:
    """Yield what must change before this tag is released, with the file to change."""
    if tag != f"v{__version__}":
        yield f"the tag is {tag or 'empty'}; reliability/__init__.py says {__version__}"

    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    if not re.search(rf"^## \[{re.escape(__version__)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.M):
        yield f"CHANGELOG.md: the heading of {__version__} has no date"

    if not ADDRESS.startswith("https://"):
        yield "reliability/documentation.py: ADDRESS is not an https address"

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    hooks = project["tool"]["hatch"]["metadata"]["hooks"]["custom"]
    if not hooks["repository"].startswith("https://"):
        yield "pyproject.toml: tool.hatch.metadata.hooks.custom.repository is not an https address"

    for name in ("README.md", "SECURITY.md", "SUPPORT.md", "docs/github/setup.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        if "OWNER/" in text:
            yield f"{name}: OWNER/ stands for the address of the repository"

    if changed := git("-C", str(ROOT), "status", "--porcelain", "-uno"):
        yield f"the working tree differs from the last commit: {changed.splitlines()[0].strip()}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
