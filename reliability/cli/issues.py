"""What `revisit`, `tickets` and `digest` share: where issues live, and how a run writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reliability.cli.app import App
from reliability.cli.forges import FOLDER, folder_of, open_on_github
from reliability.cli.readable import ensure_readable
from reliability.forge.folder.forge import FolderForge
from reliability.forge.keep import NoteFailed, NoteWritten, Unchecked, Unwritten, keep
from reliability.forge.reconcile import Close, CreateNote, Reopen, Retire, UpdateNote, reconcile
from reliability.model.notification import NotificationPolicy
from reliability.render.display import inert, safe
from reliability.render.words import words_in
from reliability.review.write_limit import limit_writes

if TYPE_CHECKING:
    from reliability.forge.forge import Board, Forge
    from reliability.forge.keep import Outcome
    from reliability.forge.marker import Marker
    from reliability.forge.notes import Issue, IssueDraft
    from reliability.forge.reconcile import Change
    from reliability.render.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRun:
    """Where a run writes its issues, and how much.

    `known` are issues that were there, by kind and repository.
    """

    app: App
    command: str
    forge: str | None
    dry_run: bool
    max_changes: int
    opened: dict[str, Forge] = field(default_factory=dict)
    printed: list[IssueDraft] = field(default_factory=list)
    known: dict[tuple[str, str], Mapping[int, Marker]] = field(default_factory=dict)

    def open(self, repository: str = "") -> Forge | None:
        """The forge of a repository, or of this one; None where issues are printed.

        Raises:
            ReliabilityError: the extra, the token or the name of the repository is missing.
        """
        if not self.forge:
            return None
        if repository not in self.opened:
            self.opened[repository] = self._opened(repository)
        return self.opened[repository]

    def _opened(self, repository: str) -> Forge:
        if self.forge is not None and self.forge.startswith(FOLDER):
            return FolderForge(root=folder_of(self.app, self.forge) / repository)
        return open_on_github(self.app, f"{self.command} --forge github", repository)

    def present(self, kind: str, repository: str = "") -> tuple[Issue, ...]:
        """Our issues of a kind that are there."""
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
        """Bring the issues of a kind to what is wanted; whether all that was tried was done.

        `present` are those that the drafts were made for.
        """
        forge = self.open(repository)
        if forge is None:
            for draft in drafts:
                queue = f"In {repository}:\n\n" if repository else ""
                between = "\n" if self.printed else ""
                self.app.say(f"{between}{queue}{_printed(draft)}")
                self.printed.append(draft)
            return True

        board = self._board(forge, kind, repository)
        return Writing(self, board, word).run(drafts, present)

    def end(self) -> None:
        """Say so if nothing was printed, once every queue has had its turn."""
        if not self.forge and not self.printed:
            self.app.say("no issue to open")


@dataclass(frozen=True, slots=True)
class Writing:
    """One board, brought to what is wanted."""

    desk: IssueRun
    board: Board[IssueDraft, Issue]
    word: Callable[[Issue], str]

    def run(self, drafts: Sequence[IssueDraft], present: Sequence[Issue]) -> bool:
        """Write no more than may be, and say what became of each change."""
        app = self.desk.app
        plan = limit_writes(drafts, present, self.desk.max_changes, word=self.word)
        done = True

        if self.desk.dry_run:
            for change in reconcile(plan.drafts, present, self.word):
                app.say(f"would {_told(change)}")
        else:
            for outcome in keep(plan.drafts, self.board, self.word):
                done &= not isinstance(outcome, NoteFailed | Unwritten)
                self._say(outcome)

        if plan.waiting:
            app.note(f"{plan.waiting:,} more follow in the next run (--max-changes)")
        return done

    def _say(self, outcome: Outcome[IssueDraft, Issue]) -> None:
        app = self.desk.app
        match outcome:
            case NoteWritten(change):
                app.say(_told(change))
            case NoteFailed(change, why):
                app.say(f"not done, {why}: {_told(change)}")
            case Unwritten(change, why):
                app.say(f"may not be written, {why}: {_told(change)}")
                if (draft := getattr(change, "draft", None)) is not None:
                    app.say(_printed(draft))
            case Unchecked(why):
                app.note(f"whether another run wrote the same is not known: {why}")


def _told(change: Change[IssueDraft, Issue]) -> str:
    match change:
        case CreateNote(draft):
            told = f"open: {draft.headline}"
        case UpdateNote(note, draft):
            told = f"edit #{note.id}: {draft.headline}"
        case Reopen(note, draft):
            told = f"open again #{note.id}: {draft.headline}"
        case Close(note):
            told = f"close #{note.id}: {note.title}"
        case Retire(note, kept):
            told = f"close #{note.id}, the same as #{kept.id}: {note.title}"
    return inert(safe(told))


def _printed(draft: IssueDraft) -> str:
    return f"# {inert(safe(draft.headline))}\n\n{draft.text}"


def words_of(app: App) -> Words:
    """The words of the policy's language."""
    policy = app.catalog().only(NotificationPolicy)
    return words_in(policy.value.spec.language if policy else "en")


def ensure_all_readable(app: App) -> None:
    """Stop if documents cannot be read: what they declare would seem to be gone.

    Raises:
        ReliabilityError: some cannot.
    """
    ensure_readable(app, "issues of what cannot be read would be closed")
