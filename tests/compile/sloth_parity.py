"""Sloth's own pairs of specification and generated rules, compared with what is built here."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import promql_parser
import yaml

from reliability.convert.converter import ConversionOptions
from reliability.convert.converters import convert
from reliability.convert.gathering import GatheredFiles, gather
from reliability.load.catalog import Catalog
from reliability.load.document import parse
from reliability.load.loader import load
from reliability.onboarding.shipped import shipped_repository
from reliability.pipeline import compile_catalog
from reliability.resource import Resource

Rule = dict[str, Any]
REASONS = {
    "label cmd": "set by `--extra-labels cmd=examplesgen.sh`, and not by a specification",
    "label sloth_version": "names the generator: `dev` in Sloth, `reliability-...` in ours",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """One example: rules compared, and how many of them differ in what."""

    name: str
    rules: int
    differences: Counter[str]


def built(name: str, text: str) -> tuple[GatheredFiles, list[Resource]]:
    """A specification imported into an empty repository, and built for Sloth."""
    parsed = parse(PurePosixPath(name), text.encode())
    gathered = gather(convert(parsed.documents, ConversionOptions()), ConversionOptions())
    catalog = _catalog(gathered)
    resources, problems = compile_catalog(catalog, compatible="sloth")
    assert [each.message for each in problems] == []
    return gathered, [each for each in resources if each.id.target == "prometheus"]


def _catalog(gathered: GatheredFiles) -> Catalog:
    windows = shipped_repository() / "policies" / "burn-rates.yaml"
    files = [(path, text.encode()) for path, text in gathered.files.items()]
    catalog, findings = load([*files, (PurePosixPath("policies/burn.yaml"), windows.read_bytes())])
    assert [each.problem.message for each in findings] == []
    return catalog


def groups_in(text: str) -> list[dict[str, Any]]:
    """The groups of generated rules: plain files and operator resources, all documents."""
    documents = [each for each in yaml.safe_load_all(text) if each]
    return [group for each in documents for group in each.get("spec", each)["groups"]]


def compared(name: str, specification: str, generated: str) -> Pair:
    """What differs, rule by rule, in the order of groups and rules."""
    _, resources = built(name, specification)
    ours: list[Any] = json.loads(json.dumps([each.body["groups"] for each in resources]))
    ours = [group for groups in ours for group in groups]
    theirs = groups_in(generated)
    differences: Counter[str] = Counter()
    if [each["name"] for each in ours] != [each["name"] for each in theirs]:
        differences["names of groups"] += 1
    mine = [rule for group in ours for rule in group["rules"]]
    yours = [rule for group in theirs for rule in group["rules"]]
    if len(mine) != len(yours):
        differences["number of rules"] += 1
    for one, other in zip(mine, yours, strict=False):
        differences.update(_differences(one, other))
    return Pair(name, len(yours), differences)


def _differences(mine: Rule, yours: Rule) -> Iterator[str]:
    for key in sorted({*mine, *yours} - {"expr", "labels", "annotations"}):
        if mine.get(key) != yours.get(key):
            yield key
    if canonical(mine["expr"]) != canonical(yours["expr"]):
        yield f"expr of {yours.get('record', yours.get('alert'))}"
    for what in ("labels", "annotations"):
        one, other = mine.get(what, {}), yours.get(what, {})
        for key in sorted({*one, *other}):
            if one.get(key) != other.get(key):
                yield f"{what.removesuffix('s')} {key}"


def canonical(expr: str) -> str:
    """An expression as the parser writes it; MetricsQL, which it cannot read, without spaces."""
    try:
        return promql_parser.parse(expr).prettify()
    except ValueError:
        return re.sub(r"\s+", "", expr)


def pairs(corpora: Path) -> list[Pair]:
    """Every example of Sloth's that is in the corpora."""
    examples = corpora / "sloth" / "examples"
    return [
        compared(each.name, each.read_text(), (examples / "_gen" / each.name).read_text())
        for each in sorted(examples.glob("*.yml"))
    ]


def table(found: list[Pair]) -> list[str]:
    """The pairs as a table of Markdown."""
    lines = [
        "| pair | rules | differing in expressions, names, order | in labels |",
        "|---|---|---|---|",
    ]
    for pair in found:
        labels = {k: v for k, v in pair.differences.items() if k.startswith("label ")}
        other = {k: v for k, v in pair.differences.items() if k not in labels}
        said = ", ".join(f"`{k.removeprefix('label ')}` ({v})" for k, v in labels.items()) or "none"
        told = ", ".join(f"{k} ({v})" for k, v in other.items()) or "none"
        lines.append(f"| `{pair.name}` | {pair.rules} | {told} | {said} |")
    return lines
