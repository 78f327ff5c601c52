"""What the model refuses of the variants of `test_refusals.py`, in a golden file.

amtool has judged all of them; here nothing is started. A line stands for some variants of one
mapping: how many there are, how many are refused, and a digest of what is said.
`pytest tests/alertmanager/validation/test_answers.py --update-golden` rewrites the file.
"""

import hashlib
from collections import defaultdict
from pathlib import Path, PurePosixPath
from typing import Final

import yaml

from reliability.alertmanager.validation.refusals import config_refusals
from reliability.load.document import parse
from tests.alertmanager.validation.config_variants import variants
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "answers.txt"
EACH: Final = 6
"""One in so many variants is looked at."""


def test_what_is_refused_of_variants(golden: Golden) -> None:
    said = defaultdict[str, list[str]](list)
    for name, values in list(variants())[::EACH]:
        text = yaml.dump(values, Dumper=yaml.CSafeDumper, allow_unicode=True)
        [document] = parse(PurePosixPath("alertmanager.yml"), text.encode()).documents
        refused = (
            f"{each.pointer} {each.message} {each.only_new} {each.only_old}"
            for each in config_refusals(document.values)
        )
        said[name.partition(":")[0].partition(".")[0]].append("\n".join(refused))
    lines = (
        f"{name}: {len(texts)} variants, {sum(map(bool, texts))} refused, {digest(texts)}\n"
        for name, texts in sorted(said.items())
    )
    golden.check(GOLDEN, "".join(lines))


def digest(texts: list[str]) -> str:
    return hashlib.sha256("\n\n".join(texts).encode()).hexdigest()[:12]
