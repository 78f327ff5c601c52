"""A pull request on a copy of the shipped repository: commits, and what a review says of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from git import Actor, Repo

from reliability.approval import Approvals
from reliability.finding import Finding, Severity
from reliability.load.base import Base
from reliability.load.merge import WORKING_TREE, Merge, merge_working_tree
from reliability.onboarding.shipped import DAY, copy_shipped
from reliability.pipeline import load_repository
from reliability.render.words import Language, words_in
from reliability.review.pull_request.gather import ReviewTerms, review
from reliability.review.pull_request.reviewed import Reviewed
from reliability.review.pull_request.shown import ReportView
from reliability.review.workspace import Workspace
from reliability.settings import Settings
from tests.cli.copied import edit

SLO = "services/attendance/slo.yaml"
POLICY = "services/attendance/alert-policy.yaml"
APPROVERS = ("@product-attendance", "@lead-workforce")
Edit = tuple[str, str, str]
"""A file, what stands there, and what shall."""

LOOSER: Edit = (SLO, "target: 0.999", "target: 0.995")
TIGHTER: Edit = (SLO, "target: 0.999", "target: 0.9995")
QUIETER: Edit = (
    POLICY,
    "kind: cause                   # may affect users soon, so the team investigates within days\n"
    "      tier: ticket",
    "kind: cause\n      tier: log",
)
LOUDER: Edit = (POLICY, "tier: ticket", "tier: alert")


@dataclass(frozen=True, slots=True)
class Scene:
    """A repository whose first commit is the base."""

    root: Path

    def change(self, *edits: Edit) -> str:
        """Change files and commit; the commit."""
        for path, old, new in edits:
            edit(self.root / path, old, new)
        return self.commit()

    def write(self, path: str, text: str) -> None:
        """A file as a whole."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def commit(self) -> str:
        """Commit everything; the commit."""
        with Repo(self.root) as repository:
            repository.git.add("-A")
            author = Actor("dev", "dev@example.com")
            return repository.index.commit("A change", author=author, committer=author).hexsha

    @property
    def base(self) -> str:
        """The first commit."""
        with Repo(self.root) as repository:
            return str(repository.git.rev_list("--max-parents=0", "HEAD")).strip()


def scene(folder: Path) -> Scene:
    """A copy with one commit, on the branch main."""
    return Scene(copy_shipped(folder / "repository"))


def place(root: Path, today: date = DAY) -> Workspace:
    """What a command knows of its folder and of the day."""
    return Workspace(root=root, today=today, jobs=1, secret=Settings({}).secret, note=print)


def merged(root: Path, base: str) -> Merge:
    """The base, and the working tree as it is."""
    tree = load_repository(root)
    return merge_working_tree(root, base, Base(WORKING_TREE, tree.catalog, tree.findings))


def reviewed(
    root: Path,
    base: str,
    *approved: str,
    today: date = DAY,
    limit: Severity | None = Severity.ERROR,
    outdated: Sequence[str] = (),
) -> tuple[Reviewed, list[Finding]]:
    """What the command gathers."""
    given = Approvals(given=frozenset(approved), outdated=frozenset(outdated))
    terms = ReviewTerms(branch="main", approvals=given, limit=limit, days=None)
    return review(place(root, today), merged(root, base), terms)


def shown(of: Reviewed, language: Language = "en") -> ReportView:
    """Ready to be written; the commit is one that never changes."""
    fixed = replace(of, policy_source=replace(of.policy_source, commit="0123456789ab"))
    return ReportView(reviewed=fixed, words=words_in(language))


def without_details(text: str) -> str:
    """The report with its folds closed: what is in them changes with every compiler."""
    return re.sub(
        r"(<details><summary>.*?</summary>).*?</details>", r"\1</details>", text, flags=re.DOTALL
    )
