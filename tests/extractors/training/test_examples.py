"""Examples: what is labelled is what the corpus says, nothing beside it."""

from extractors.corpora.labelled import whole
from extractors.corpora.text import entity_of
from extractors.facts import Document, Extraction, Span
from extractors.pretrained.encoders import load_tokenizer
from extractors.text.encoding import TextEncoder
from extractors.training.examples import examples_of
from tests.extractors.tiny import ENTITY_TYPES, tiny_config

TEXT = "Ada Lovelace of the Royal Society. Bo left."


def gold_of(*names: str) -> Extraction:
    """A document in which the names are persons."""
    spans = [Span(TEXT.index(name), TEXT.index(name) + len(name)) for name in names]
    return Extraction(
        document=Document(id="d", text=TEXT),
        chunks=whole(TEXT),
        entities=tuple(entity_of(TEXT, "Person", [span]) for span in spans),
        relations=(),
    )


def labelled(encoder_folders, gold: Extraction) -> list[tuple[str, str]]:
    folder = encoder_folders["bert"]
    encoder = TextEncoder(load_tokenizer(str(folder)), window_tokens=120, overlap_tokens=24)
    (example,) = examples_of([gold], encoder, tiny_config(folder, max_width=4))
    found = []
    for units, label in zip(*example.labelled_candidates(), strict=True):
        span = example.window.span(*units)
        if label:
            found.append((TEXT[span.start : span.end], ENTITY_TYPES[label - 1]))
    return found


def test_mentions_are_labelled_inside_one_another_too(encoder_folders):
    names = ["Ada Lovelace", "Lovelace", "Royal Society"]

    assert labelled(encoder_folders, gold_of(*names)) == [(name, "Person") for name in names]


def test_what_no_candidate_stands_for_is_not_labelled(encoder_folders):
    """A mention wider than the model reads, half a word, and one across a sentence's end."""
    wrong = "Lovelace of the Royal Society", "ove", "Society. Bo"

    assert labelled(encoder_folders, gold_of(*wrong, "Bo")) == [("Bo", "Person")]
