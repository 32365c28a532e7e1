"""What a network says of windows: where it looked for each relation."""

from hypothesis import given
from hypothesis import strategies as st

from extractors.reading.windows import read_windows
from tests.extractors.texts import any_text

SENTENCES = ("Ada met Bo in York. ", "Cy saw York. ", "Di slept. ", "Bo knows Cy and Di. ")


def readings(extractor, texts):
    rows = [(window, text) for text in texts for window in extractor.encoder.windows(text)]
    if not rows:
        return []
    windows, texts = zip(*rows, strict=True)
    found = read_windows(
        extractor.engine,
        windows,
        texts,
        pad_id=0,
        least_mention=-2.0,
        least_relation=-8.0,
    )
    return list(zip(windows, found, strict=True))


@given(
    st.lists(
        st.one_of(any_text, st.lists(st.sampled_from(SENTENCES), max_size=6).map("".join)),
        min_size=1,
        max_size=3,
    )
)
def test_of_any_text_attention_is_shared_out_among_the_sentences_of_the_window(
    tiny_extractor, texts
):
    for window, reading in readings(tiny_extractor, texts):
        for relation in reading.relations:
            shares = relation.attention

            assert list(shares) == window.sentences
            assert min(shares.values()) >= 0
            assert sum(shares.values()) <= 1 + 1e-4  # the rest falls on special tokens


def test_relations_are_found_in_what_the_property_is_shown(tiny_extractor):
    found = readings(tiny_extractor, ["".join(SENTENCES)])

    assert any(len(reading.relations) > 10 for _, reading in found)
