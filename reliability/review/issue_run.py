"""A run that updates issues within its limit and reports each change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from reliability.forge.forge import Board, Forge
from reliability.forge.keep import NoteFailed, NoteWritten, Outcome, Unchecked, Unwritten, keep
from reliability.forge.marker import Marker
from reliability.forge.notes import Issue, IssueDraft
from reliability.forge.reconcile import (
    Change,
    Close,
    CreateNote,
    Reopen,
    Retire,
    UpdateNote,
    reconcile,
)
from reliability.render.display import inert, safe
from reliability.review.write_limit import limit_writes


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRun:
    """The state of a run that writes issues: the forges, the limit and the known issues.

    `opens` opens the forge of a repository; None if issues are printed. `is_on_github` says that
    the issues are on GitHub. `known` has the markers of known issues by number, for each kind and
    repository. `say` prints results, and `note` prints anything else.
    """

    opens: Callable[[str], Forge] | None
    is_on_github: bool
    dry_run: bool
    max_changes: int
    say: Callable[[str], None]
    note: Callable[[str], None]
    opened: dict[str, Forge] = field(default_factory=dict)
    printed: list[IssueDraft] = field(default_factory=list)
    known: dict[tuple[str, str], Mapping[int, Marker]] = field(default_factory=dict)

    def open(self, repository: str = "") -> Forge | None:
        """Return the forge of a repository, or of this one; None if issues are printed.

        Raises:
            ReliabilityError: the extra, the token or the name of the repository is missing.
        """
        if self.opens is None:
            return None
        if repository not in self.opened:
            self.opened[repository] = self.opens(repository)
        return self.opened[repository]

    def present(self, kind: str, repository: str = "") -> tuple[Issue, ...]:
        """Return the existing issues of a kind that this tool opened."""
        forge = self.open(repository)
        return self._board(forge, kind, repository).present() if forge else ()

    def _board(self, forge: Forge, kind: str, repository: str) -> Board[IssueDraft, Issue]:
        return forge.issues(kind, self.known.get((kind, repository), {}))

    def write(
        self,
        kind: str,
        drafts: Sequence[IssueDraft],
        present: Sequence[Issue],
        word: Callable[[Issue], str],
        repository: str = "",
    ) -> bool:
        """Update the issues of a kind; return whether every attempted write succeeded.

        `present` are the issues that the drafts were made for.
        """
        forge = self.open(repository)
        if forge is None:
            for draft in drafts:
                queue = f"In {repository}:\n\n" if repository else ""
                between = "\n" if self.printed else ""
                self.say(f"{between}{queue}{_printed(draft)}")
                self.printed.append(draft)
            return True

        board = self._board(forge, kind, repository)
        return BoardWriter(self, board, word).run(drafts, present)

    def end(self) -> None:
        """Say so if issues are printed and there were none; called after the last queue."""
        if self.opens is None and not self.printed:
            self.say("no issue to open")


@dataclass(frozen=True, slots=True)
class BoardWriter:
    """Writer of the issues of one board."""

    issue_run: IssueRun
    board: Board[IssueDraft, Issue]
    word: Callable[[Issue], str]

    def run(self, drafts: Sequence[IssueDraft], present: Sequence[Issue]) -> bool:
        """Write the changes that the limit allows, print each, and return whether all succeeded."""
        plan = limit_writes(drafts, present, self.issue_run.max_changes, word=self.word)
        done = True

        if self.issue_run.dry_run:
            for change in reconcile(plan.drafts, present, self.word):
                self.issue_run.say(f"would {_change_line(change)}")
        else:
            for outcome in keep(plan.drafts, self.board, self.word):
                done &= not isinstance(outcome, NoteFailed | Unwritten)
                self._say(outcome)

        if plan.waiting:
            self.issue_run.note(f"{plan.waiting:,} more follow in the next run (--max-changes)")
        return done

    def _say(self, outcome: Outcome[IssueDraft, Issue]) -> None:
        match outcome:
            case NoteWritten(change):
                self.issue_run.say(_change_line(change))
            case NoteFailed(change, why):
                self.issue_run.say(f"not done, {why}: {_change_line(change)}")
            case Unwritten(change, why):
                self.issue_run.say(f"may not be written, {why}: {_change_line(change)}")
                if (draft := getattr(change, "draft", None)) is not None:
                    self.issue_run.say(_printed(draft))
            case Unchecked(why):
                self.issue_run.note(f"whether another run wrote the same is not known: {why}")


def _change_line(change: Change[IssueDraft, Issue]) -> str:
    match change:
        case CreateNote(draft):
            line = f"open: {draft.headline}"
        case UpdateNote(note, draft):
            line = f"edit #{note.id}: {draft.headline}"
        case Reopen(note, draft):
            line = f"open again #{note.id}: {draft.headline}"
        case Close(note):
            line = f"close #{note.id}: {note.title}"
        case Retire(note, kept):
            line = f"close #{note.id}, the same as #{kept.id}: {note.title}"
    return inert(safe(line))


def _printed(draft: IssueDraft) -> str:
    return f"# {inert(safe(draft.headline))}\n\n{draft.text}"
