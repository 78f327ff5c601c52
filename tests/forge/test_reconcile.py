"""What is wanted and what is present: properties of the pure part, over boards in memory."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reliability.forge.keep import LOOKS, keep
from reliability.forge.marker import Marker
from reliability.forge.notes import CommentDraft, NoteState
from reliability.forge.reconcile import CreateNote, reconcile
from tests.forge.drafts import told
from tests.forge.memory import MemoryBoard, Note

KEYS = st.sampled_from("abcde")
STATES: st.SearchStrategy[NoteState] = st.sampled_from(["open", "closed", "settled"])


def marker(key: str) -> Marker:
    return Marker("finding", key)


def draft(key: str, text: str = "said", *aliases: str) -> CommentDraft:
    return CommentDraft(marker(key), text, tuple(map(marker, aliases)))


DRAFTS = st.lists(
    st.builds(
        lambda key, text, aliases: draft(key, text, *aliases),
        KEYS,
        st.sampled_from(["said", "said otherwise"]),
        st.lists(KEYS, max_size=2),
    ),
    max_size=6,
)
NOTES = st.lists(
    st.tuples(KEYS, st.sampled_from(["said", "old"]), STATES, st.booleans()), max_size=8
)


def board(rows: list[tuple[str, str, NoteState, bool]], together: int = 1) -> MemoryBoard:
    made = MemoryBoard(together=together)
    for key, text, state, stale in rows:
        note = Note(next(made.numbers), marker(key), text, state, stale)
        made.notes[note.id] = note
    return made


def without_ids(kept: MemoryBoard) -> list[str]:
    return sorted(str(replace(note, id=0)) for note in kept.present())


def done(kept: MemoryBoard, wanted: list[CommentDraft]) -> list[str]:
    return told(keep(wanted, kept, pause=lambda _: None))


@given(DRAFTS, NOTES, st.integers(1, 5))
def test_after_a_run_there_is_nothing_left_to_do(
    wanted: list[CommentDraft], rows: list[tuple[str, str, NoteState, bool]], together: int
) -> None:
    kept = board(rows, together)
    done(kept, wanted)
    assert done(kept, wanted) == []


@given(DRAFTS, NOTES)
def test_each_wanted_note_is_there_once_and_no_other_is_open(
    wanted: list[CommentDraft], rows: list[tuple[str, str, NoteState, bool]]
) -> None:
    kept = board(rows)
    settled = {note.marker for note in kept.present() if note.state == "settled"}
    done(kept, wanted)
    opened = Counter(note.marker for note in kept.present() if note.state == "open")
    markers = {each.marker for each in wanted}
    assert set(opened) <= markers
    ended = {each.marker for each in wanted if settled & {each.marker, *each.aliases}}
    assert markers - set(opened) <= ended
    assert all(number == 1 for number in opened.values())


@given(DRAFTS, NOTES, st.lists(st.tuples(st.booleans(), st.booleans()), max_size=len(LOOKS)))
def test_lost_answers_double_nothing(
    wanted: list[CommentDraft],
    rows: list[tuple[str, str, NoteState, bool]],
    fates: list[tuple[bool, bool]],
) -> None:
    lucky, unlucky = board(rows), board(rows)
    rest = iter(fates)
    unlucky.luck = lambda: next(rest, (True, True))
    done(lucky, wanted)
    assert all(outcome.startswith("Done") for outcome in done(unlucky, wanted))
    assert without_ids(unlucky) == without_ids(lucky)


@given(NOTES, DRAFTS)
def test_the_order_in_which_notes_are_listed_does_not_matter(
    rows: list[tuple[str, str, NoteState, bool]], wanted: list[CommentDraft]
) -> None:
    notes = board(rows).present()
    there = reconcile(wanted, notes)
    back = reconcile(wanted, notes[::-1])
    assert Counter(map(str, there)) == Counter(map(str, back))


def test_what_a_person_closed_for_good_stays_closed_under_a_new_name() -> None:
    assert done(board([("b", "said", "settled", False)]), [draft("a", "said", "b")]) == []


def test_a_draft_takes_over_no_note_that_another_draft_is_about() -> None:
    kept = board([("a", "said", "open", False)])
    assert done(kept, [draft("b", "said", "a"), draft("a")]) == ["Done Create"]


def test_a_write_that_never_answers_is_given_up() -> None:
    kept = board([])
    kept.luck = lambda: (False, False)
    assert done(kept, [draft("a")]) == ["Failed Create"]
    assert kept.writes == len(LOOKS) + 1


def test_a_write_that_took_effect_is_sent_once() -> None:
    kept = board([])
    kept.luck = lambda: (True, False)
    assert done(kept, [draft("a")]) == ["Done Create"]
    assert kept.writes == 1


def test_drafts_keep_their_order() -> None:
    changes = reconcile([draft("b"), draft("a"), draft("b", "later")], board([]).present())
    assert [change.draft for change in changes if isinstance(change, CreateNote)] == [
        draft("b"),
        draft("a"),
    ]
