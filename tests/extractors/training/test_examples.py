"""Examples: what is labelled is what the corpus says, nothing beside it."""

from extractors.corpora.labelled import whole
from extractors.corpora.text import entity_of
from extractors.facts import Document, Evidence, Extraction, Relation, Span
from extractors.network import ModelConfig
from extractors.pretrained import load_tokenizer
from extractors.text.encoding import TextEncoder
from extractors.training.examples import examples_of, type_table
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


def test_a_pair_labelled_both_ways_is_one_example_of_a_fact_without_direction():
    """Whether it joins entities of one type or of two, in one document or in several."""
    persons = [entity_of(TEXT, "Person", [Span(a, b)]) for a, b in ((0, 3), (35, 37))]
    society = entity_of(TEXT, "Organization", [Span(20, 33)])
    for first, second in ((persons[0], persons[1]), (persons[0], society)):
        ways = ((first, second), (second, first))
        evidence = (Evidence(Span(0, len(TEXT))),)
        gold = Extraction(
            document=Document(id="d", text=TEXT),
            chunks=whole(TEXT),
            entities=(first, second),
            relations=tuple(Relation(a, "MET", b, evidence) for a, b in ways),
        )
        model = ModelConfig(
            entity_types=("Organization", "Person"), relation_types=("MET",), symmetric=("MET",)
        )
        rows = [model.entity_types.index(entity.type) for entity in (first, second)]

        assert type_table([gold], model, 1)[rows[0], rows[1], 0]
        assert not type_table([gold], model, 2).any()
        assert type_table([gold, gold], model, 2)[rows[1], rows[0], 0]
