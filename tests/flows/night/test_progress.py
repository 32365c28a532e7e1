"""How far a night is: one share of the whole, which never goes back and moves per document."""

from hypothesis import given
from hypothesis import strategies as st

from flows.night.progress import PARTS, SHARE_BEFORE, Progress
from tests.flows.rule_of_thumb import RuleOfThumbExtractor


class Seen:
    """Remembers what it was shown."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, int, int, str]] = []

    def __call__(self, what: str, done: int, total: int, note: str = "", /) -> None:
        self.rows.append((what, done, total, note))

    @property
    def shares(self) -> list[int]:
        return [done for _, done, total, _ in self.rows if total == PARTS]


begun = st.tuples(st.just("begin"), st.sampled_from(sorted(SHARE_BEFORE)), st.integers(0, 5))
counted = st.tuples(st.just("reach"), st.just(""), st.integers(0, 9))
beside = st.tuples(st.just("beside"), st.text(max_size=5), st.integers(0, 9))


@given(st.lists(st.one_of(begun, counted, beside), max_size=20))
def test_share_never_goes_back_whatever_is_told(events):
    """Steps in any order, counts of others that arrive late, a model that is loaded in between."""
    seen = Seen()
    progress = Progress(seen)

    with progress.night():
        for kind, what, n in events:
            if kind == "begin":
                progress.begin(what, n)
            elif kind == "reach":
                progress.reach(n)
            else:
                progress(what, 0, n)

    assert seen.shares == sorted(seen.shares)
    assert all(0 <= done <= total == PARTS for _, done, total, _ in seen.rows)


def test_outside_a_night_it_passes_on_what_it_is_told():
    seen = Seen()

    Progress(seen)("starting Neo4j", 3, 7)

    assert seen.rows == [("starting Neo4j", 3, 7, "")]


class SlowToLoad(RuleOfThumbExtractor):
    """Says that it loads its model when it reads for the first time, as the real one does."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress

    def extract(self, documents):
        for document in documents:
            if not self.n_read:
                self._progress("loading the model general", 0, 0)
            yield from super().extract([document])


def test_night_is_shown_document_by_document_and_never_backwards(night, folder):
    """Also where documents are set aside, in one shard or several, and while a model is loaded."""
    for number in range(5):
        (folder / f"{number}.txt").write_text(f"Ada{number} works for Acme.")
    (folder / "bad.txt").write_text("UNREADABLE")
    for shard_documents in (100, 2):
        seen = Seen()
        progress = Progress(seen)

        night(
            watch=progress,
            extractor=SlowToLoad(progress),
            shard_documents=shard_documents,
            run=f"in shards of {shard_documents}",
        )
        for path in folder.glob("?.txt"):
            path.write_text(path.read_text() + " Bob knows Ada.")

        read = [note for what, _, _, note in seen.rows if what == "extract"]
        assert list(dict.fromkeys(read)) == [f"{n} of 6 documents" for n in range(1, 7)]
        assert seen.shares == sorted(seen.shares)
        assert "loading the model general" in [what for what, *_ in seen.rows]


def test_two_nights_with_the_same_tools_each_begin_at_nothing(night, folder):
    (folder / "a.txt").write_text("Ada works for Acme.")
    seen = Seen()
    progress = Progress(seen)
    night(watch=progress)
    n_first = len(seen.rows)

    night(watch=progress)

    assert seen.rows[n_first][:3] == ("discover", 0, PARTS)
