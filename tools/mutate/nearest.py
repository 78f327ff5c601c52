"""The tests nearest to a module: by name, then by how many imports lie between."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, takewhile
from pathlib import Path, PurePosixPath
from typing import Final

RULES: Final = "reliability/check/rules/"
TESTS_OF_RULES: Final = (
    "tests/check/test_rule_pages.py",
    "tests/check/test_cases.py",
    "tests/check/test_messages.py",
)
COMMANDS: Final = "reliability/cli/"
RULE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
MODULE: Final = re.compile(r"reliability(?:\.\w+)+")
LEFT_OUT: Final = ("tests/project/", "tests/delivery/", "tests/docs/", "tests/benchmarks/")
"""Tests of the repository as a whole, which is no Git repository where mutations run."""

VARIED: Final = "tests/compile/test_variations.py"
TOOLS: Final = "tests/compile/test_variations_of_tools.py"
TARGETS: Final = "tests/compile/test_variations_of_targets.py"
SHIPPED: Final = "tests/shipped/test_variations.py"
EXPRESSIONS: Final = "tests/check/test_expressions.py"
GENERATED: Final = "tests/project/test_generated.py"
WHOLE: Final = "tests/model/test_whole_documents.py"
BROAD: Final[Mapping[str, tuple[str, ...]]] = {
    "alertmanager/": ("tests/alertmanager/test_whole_trees.py", VARIED, SHIPPED),
    "alertmanager/simulate/": ("tests/alertmanager/simulate/test_answers.py",),
    "alertmanager/validation/": ("tests/alertmanager/validation/test_answers.py",),
    "backtest/": (
        "tests/cli/backtest/test_backtest.py",
        "tests/cli/backtest/test_rules.py",
        "tests/backtest/test_significant_answers.py",
    ),
    "backtest/report/": ("tests/backtest/test_report_answers.py",),
    "backtest/rule_files/": (
        "tests/backtest/rule_files/test_counting.py",
        "tests/backtest/rule_files/test_whole.py",
    ),
    "check/": (VARIED, EXPRESSIONS, SHIPPED, "tests/check/test_scenes.py"),
    "check/changes/": (
        "tests/check/changes/test_change_variations.py",
        "tests/check/changes/test_matrix_of_approvals.py",
        "tests/check/changes/test_pairs.py",
        "tests/check/changes/test_takeovers.py",
    ),
    "check/custom/": ("tests/check/custom/test_many_rules.py",),
    "check/engine/": ("tests/check/engine/test_fixing.py",),
    "check/facts/": ("tests/check/facts/test_requests.py",),
    "check/index/": (
        "tests/check/index/test_indexed.py",
        "tests/check/index/test_routes.py",
        "tests/check/index/test_renames.py",
        "tests/check/index/test_same_sli.py",
    ),
    "check/lookups/": ("tests/check/lookups/test_listed.py",),
    "check/masking/": ("tests/check/masking/test_masking_table.py",),
    "check/report/": ("tests/check/report/test_golden_forms.py",),
    "check/rules/": (GENERATED,),
    "check/suppression/": ("tests/check/suppression/test_waiver_matrix.py",),
    "build.py": ("tests/compile/test_build.py",),
    "cli/": (
        "tests/cli/test_transcripts.py",
        "tests/cli/test_shared_options.py",
        "tests/cli/test_streams.py",
        "tests/cli/test_extras.py",
        GENERATED,
    ),
    "cli/backtest/": (
        "tests/cli/backtest/test_posting.py",
        "tests/cli/backtest/test_server.py",
        "tests/cli/environments/test_backtests.py",
    ),
    "cli/check/": ("tests/cli/check/test_option_values.py", "tests/cli/check/test_amtool.py"),
    "cli/demo/": ("tests/onboarding/demo/test_demo.py", "tests/cli/demo/test_steps.py"),
    "cli/digest/": ("tests/cli/environments/test_issues.py",),
    "cli/history/": ("tests/cli/history/test_pull.py", "tests/history/test_environments.py"),
    "cli/import_/": ("tests/cli/import_/test_import.py", "tests/cli/import_/test_labels.py"),
    "cli/init/": ("tests/cli/init/test_init.py", "tests/cli/init/test_interview.py"),
    "cli/new/": ("tests/cli/new/test_interviews.py", "tests/cli/new/test_measured.py"),
    "cli/revisit/": ("tests/cli/digest/test_digest.py", "tests/cli/environments/test_issues.py"),
    "cli/site/": ("tests/site/test_real_pages.py", "tests/site/test_environments.py"),
    "cli/suggest/": ("tests/cli/environments/test_figures.py",),
    "cli/sync/": ("tests/cli/sync/test_sync.py", "tests/cli/sync/test_test_page.py"),
    "cli/tickets/": ("tests/cli/environments/test_tickets.py",),
    "cli/verdict/": ("tests/cli/verdict/test_judged.py",),
    "compile/": (VARIED, SHIPPED, TARGETS),
    "compile/boards/": ("tests/compile/boards/test_golden_boards.py",),
    "compile/prometheus/": ("tests/compile/test_combinations.py",),
    "compile/datadog/": (TOOLS,),
    "compile/pagerduty/": (TOOLS,),
    "convert/": (
        "tests/convert/test_import_cases.py",
        "tests/convert/test_whole_imports.py",
        "tests/cli/triage/test_variations.py",
    ),
    "forge/": (
        "tests/forge/test_answers_of_calls.py",
        "tests/forge/test_github_answers.py",
        "tests/forge/test_github_reads.py",
        "tests/forge/test_github_requests.py",
        "tests/forge/test_folder.py",
    ),
    "formatting/": ("tests/formatting/test_layouts.py",),
    "history/": (
        "tests/history/test_jobs.py",
        "tests/history/test_store_forms.py",
        "tests/history/test_whole_files.py",
        "tests/cli/history/test_pull.py",
    ),
    "history/samples/": ("tests/history/samples/test_store_notes.py",),
    "history/sources/": (
        "tests/history/test_raw_requests.py",
        "tests/http/test_prometheus_api.py",
    ),
    "history/sources/remote_read/": (
        "tests/history/remote_read/test_replies.py",
        "tests/history/remote_read/test_wire.py",
    ),
    "http/": (
        "tests/http/test_bounds.py",
        "tests/http/test_exchange.py",
        "tests/http/test_prometheus_api.py",
        "tests/http/test_retries.py",
    ),
    "git.py": ("tests/vocabulary/test_git.py", "tests/load/test_git.py"),
    "load/": (
        VARIED,
        SHIPPED,
        "tests/load/test_faults_of_texts.py",
        "tests/load/test_loader_findings.py",
        WHOLE,
    ),
    "model/": (WHOLE, "tests/model/test_defaults.py", VARIED, SHIPPED, TARGETS, GENERATED),
    "onboarding/demo/": (
        "tests/onboarding/demo/test_parts.py",
        "tests/onboarding/demo/test_demo.py",
    ),
    "onboarding/new/": ("tests/cli/new/test_measured.py",),
    "onboarding/triage/": (
        "tests/onboarding/triage/test_reports.py",
        "tests/onboarding/triage/test_sources.py",
        "tests/cli/triage/test_variations.py",
    ),
    "pipeline.py": ("tests/compile/test_build.py", "tests/cli/backtest/test_backtest.py"),
    "plan/": (
        "tests/cli/sync/test_variations.py",
        "tests/plan/test_decisions.py",
        "tests/plan/test_difference_table.py",
        "tests/plan/test_limit_table.py",
        "tests/plan/test_result_table.py",
    ),
    "plan/render/": ("tests/plan/test_report_forms.py",),
    "promql/": (EXPRESSIONS, "tests/promql/test_facts.py", VARIED, SHIPPED),
    "promql/evaluate/": (
        "tests/promql/evaluate/test_answers.py",
        "tests/promql/evaluate/test_edges.py",
        "tests/promql/evaluate/test_values.py",
    ),
    "providers/": (
        "tests/cli/sync/test_variations.py",
        "tests/cli/sync/test_test_page.py",
        "tests/providers/test_forms.py",
        "tests/providers/test_rollout_phases.py",
        "tests/providers/test_target_selection.py",
        "tests/providers/test_small_parts.py",
        "tests/providers/test_first_evaluation.py",
        "tests/providers/test_reload_states.py",
    ),
    "providers/datadog/": (
        "tests/providers/test_datadog_answers.py",
        "tests/providers/test_datadog_changes.py",
        "tests/providers/test_datadog_snapshot.py",
    ),
    "providers/grafana/": (
        "tests/providers/test_grafana_reading.py",
        "tests/providers/test_grafana_steps.py",
    ),
    "providers/kubernetes/": ("tests/providers/kubernetes/test_object_forms.py",),
    "providers/pagerduty/": (
        "tests/providers/test_pagerduty_answers.py",
        "tests/providers/test_pagerduty_changes.py",
    ),
    "providers/rulers/": (
        "tests/providers/apis/test_amazon_answers.py",
        "tests/providers/apis/test_listing.py",
        "tests/providers/apis/test_ruler_answers.py",
        "tests/providers/apis/test_ruler_changes.py",
        "tests/providers/test_ruler_forms.py",
    ),
    "resolve/": ("tests/resolve/test_resolved.py", VARIED, SHIPPED, TARGETS),
    "resolve/environments/": ("tests/resolve/test_environments.py", TOOLS),
    "review/digest/": ("tests/review/digest/test_answers.py",),
    "review/gate/": ("tests/review/gate/test_answers.py",),
    "review/issue_run.py": ("tests/review/test_issue_run.py",),
    "review/pull_request/": (
        "tests/review/pull_request/test_answers.py",
        "tests/review/pull_request/test_environment_sides.py",
        "tests/review/pull_request/test_merge_queue.py",
        "tests/review/pull_request/test_post.py",
    ),
    "review/slo_review/": ("tests/review/slo_review/test_issue.py",),
    "review/tickets/": (
        "tests/review/tickets/test_drafts.py",
        "tests/review/tickets/test_queues.py",
    ),
    "site/": (
        "tests/site/test_markup.py",
        "tests/site/test_crafted_pages.py",
        "tests/site/test_folder_and_lists.py",
        "tests/site/test_measured_tables.py",
        "tests/site/test_counted.py",
        "tests/site/test_worlds.py",
    ),
}
"""Tests of whole commands and many inputs, by the folder of the package that they are about."""


def importers(root: Path, files: Iterable[str]) -> dict[str, set[str]]:
    """For each Python file the files that use it: by an import, also inside of functions.

    Commands and rules are imported by their names when they run, and tests run commands in other
    processes: who writes the name of a command, a rule or a module in a text uses that module.
    """
    python = {file for file in files if file.endswith(".py")}
    found: dict[str, set[str]] = defaultdict(set)
    for file in python:
        tree = ast.parse((root / file).read_bytes())
        paths = (name.replace(".", "/") for name in _imported(tree))
        modules = (module for path in paths for module in (f"{path}.py", f"{path}/__init__.py"))
        for module in python.intersection(chain(modules, _named(tree))):
            found[module].add(file)
    for rule in (file for file in python if file.startswith(RULES)):
        found[rule] |= found[f"{RULES}__init__.py"]
    return found


def _named(tree: ast.AST) -> Iterator[str]:
    """The modules that texts of a file name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value
            for command in (name, f"{name}_"):
                yield from (f"{COMMANDS}{command}.py", f"{COMMANDS}{command}/command.py")
            yield from (f"{each.replace('.', '/')}.py" for each in MODULE.findall(name))
            yield from (f"{RULES}{rule.replace('-', '_')}.py" for rule in RULE.findall(name))


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def nearest(module: str, known: dict[str, set[str]], files: Iterable[str], most: int) -> list[str]:
    """Test files for a module: same name, importers, and theirs, then the broad ones.

    `most` limits how many there are without the broad ones.
    """
    tests = sorted(file for file in files if _is_test(file))
    stem = PurePosixPath(module).stem
    parent = PurePosixPath(module).parent.name
    named = [
        file for file in tests if PurePosixPath(file).stem in (f"test_{stem}", f"test_{parent}")
    ]
    named.sort(
        key=lambda file: (
            PurePosixPath(file).stem != f"test_{stem}",
            _folders_between(module, file),
            file,
        )
    )
    ordered = [*(TESTS_OF_RULES if module.startswith(RULES) else ()), *named]
    seen, level = {module}, {module}
    while level and len(ordered) < most:
        level = {each for file in level for each in known.get(file, ())} - seen
        seen |= level
        importing = (file for file in level if _is_test(file))
        ordered += sorted(importing, key=lambda file: (_folders_between(module, file), file))
    return list(dict.fromkeys([*list(dict.fromkeys(ordered))[:most], *broad(module)]))


def broad(module: str) -> Iterator[str]:
    """The broad tests of a module, those of its own folder first."""
    for folder in sorted(BROAD, key=len, reverse=True):
        if module.startswith(f"reliability/{folder}"):
            yield from BROAD[folder]


def _is_test(file: str) -> bool:
    path = PurePosixPath(file)
    is_test = path.suffix == ".py" and path.name.startswith("test_") and path.parts[0] == "tests"
    return is_test and not file.startswith(LEFT_OUT)


def _folders_between(module: str, test: str) -> int:
    """The number of folders from a module's tests, which mirror the package, to a test."""
    ours, theirs = (PurePosixPath(file).parent.parts[1:] for file in (module, test))
    shared = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False))
    )
    return len(ours) + len(theirs) - 2 * shared
