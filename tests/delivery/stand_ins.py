"""What the actions that our workflows use do, without GitHub: stand-ins that act takes instead.

A checkout is a clone of ACT_SOURCE; an artifact is a folder below ACT_ARTIFACTS; what is uploaded
to code scanning lands there, too. They are found by the very pins that the workflows name.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.project.repository import ROOT

USES = re.compile(r"uses: ([\w.-]+/[\w.-]+)(?:/[\w./-]+)?@([0-9a-f]{40})")
COMPOSITE = "name: stand-in\nruns:\n  using: composite\n  steps:\n"

CHECKOUT = """\
    - shell: bash
      env: {REF: "${{ inputs.ref }}"}
      run: git clone --quiet "$ACT_SOURCE" . && git checkout --quiet "${REF:-${ACT_REF:-HEAD}}"
"""
PYTHON = """\
    - shell: bash
      run: echo "Python is the one that is here"
"""
UPLOAD = """\
    - shell: bash
      env: {NAME: "${{ inputs.name }}", PATHS: "${{ inputs.path }}"}
      run: |
        mkdir -p "$ACT_ARTIFACTS/$NAME"
        while IFS= read -r path; do
          for each in $path; do
            [ ! -e "$each" ] || cp -R "$each" "$ACT_ARTIFACTS/$NAME/"
          done
        done <<<"$PATHS"
"""
SARIF = """\
    - shell: bash
      env: {FILE: "${{ inputs.sarif_file }}"}
      run: mkdir -p "$ACT_ARTIFACTS/code-scanning" && cp "$FILE" "$ACT_ARTIFACTS/code-scanning/"
"""
DOWNLOAD = """\
    - shell: bash
      env: {NAME: "${{ inputs.name }}", TARGET: "${{ inputs.path }}"}
      run: mkdir -p "$TARGET" && cp -R "$ACT_ARTIFACTS/$NAME"/*/. "$TARGET"
"""
PUBLISH = """\
    - shell: bash
      run: mkdir -p "$ACT_ARTIFACTS/index" && cp dist/* "$ACT_ARTIFACTS/index/"
"""
ATTEST = """\
    - shell: bash
      env: {SUBJECTS: "${{ inputs.subject-path }}"}
      run: |
        mkdir -p "$ACT_ARTIFACTS/provenance"
        for each in $SUBJECTS; do sha256sum "$each"; done >"$ACT_ARTIFACTS/provenance/subjects"
"""
SCORECARD = """\
    - shell: bash
      env: {FILE: "${{ inputs.results_file }}"}
      run: echo '{}' >"$FILE"
"""
PAGES = """\
    - shell: bash
      env: {FOLDER: "${{ inputs.path }}"}
      run: mkdir -p "$ACT_ARTIFACTS/pages" && cp -R "$FOLDER"/. "$ACT_ARTIFACTS/pages/"
"""
DEPLOY = """\
    - shell: bash
      run: echo "published"
"""
STAND_INS: Mapping[str, tuple[str, str, str]] = {
    "actions/checkout": (".", "ref", CHECKOUT),
    "actions/setup-python": (".", "python-version", PYTHON),
    "actions/upload-artifact": (".", "name path", UPLOAD),
    "actions/download-artifact": (".", "name path", DOWNLOAD),
    "actions/upload-pages-artifact": (".", "path", PAGES),
    "actions/deploy-pages": (".", "", DEPLOY),
    "actions/attest-build-provenance": (".", "subject-path", ATTEST),
    "pypa/gh-action-pypi-publish": (".", "", PUBLISH),
    "ossf/scorecard-action": (".", "results_file", SCORECARD),
    "github/codeql-action": ("upload-sarif", "sarif_file category", SARIF),
}


def pins() -> set[tuple[str, str]]:
    """Each action that our workflows and our action use, with its commit."""
    files = [*(ROOT / ".github").rglob("*.yml")]
    return {each for path in files for each in USES.findall(path.read_text(encoding="utf-8"))}


def stand_ins(folder: Path) -> Iterator[str]:
    """Write them; the options by which act takes them."""
    for name, commit in sorted(pins()):
        below, inputs, steps = STAND_INS[name]
        place = folder / name.replace("/", "-")
        (place / below).mkdir(parents=True, exist_ok=True)
        declared = "inputs:\n" * bool(inputs) + "".join(
            f"  {each}: {{}}\n" for each in inputs.split()
        )
        (place / below / "action.yml").write_text(declared + COMPOSITE + steps)
        yield from ("--local-repository", f"{name}@{commit}={place}")
