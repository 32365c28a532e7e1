"""Vectors of whole encoders: as the published network makes them, for texts of any length."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.engines import SENTENCE_MODELS, SentenceEncoder
from extractors.errors import ConfigError
from extractors.pretrained import find_encoder, load_encoder, load_tokenizer
from tests.strategies import any_text

TEXTS = {
    "en": ["The river floods.", "Wages went up by four per cent, the union said.", "x"],
    "zh": ["这条河每年春天泛滥。", "工会表示，薪水将上涨百分之四。", "河"],
}


@pytest.fixture(scope="module", params=sorted(SENTENCE_MODELS))
def encoder(request):
    return SentenceEncoder.load(request.param, threads=1)


def test_vectors_are_those_of_the_network_in_torch(encoder):
    """The first token's state of the last of all layers, at length 1."""
    import torch

    location = find_encoder(encoder.model.encoder).location
    tokens = load_tokenizer(location)(
        TEXTS[encoder.model.language], return_tensors="pt", padding=True
    )
    with torch.inference_mode():
        hidden = load_encoder(location)(**tokens).last_hidden_state[:, 0]
    wanted = torch.nn.functional.normalize(hidden, dim=-1).numpy()

    vectors = encoder.passages(TEXTS[encoder.model.language])

    assert vectors.shape == (3, encoder.model.width)
    assert np.abs(vectors - wanted).max() < 1e-5


def test_question_is_asked_with_its_instruction(encoder):
    words = TEXTS[encoder.model.language][0]

    (behind_instruction,) = encoder.passages([encoder.model.instruction + words])

    assert np.allclose(encoder.question(words), behind_instruction)


def test_no_text_is_cut_off(encoder):
    """A text in several pieces lies between what it begins and ends with."""
    begin, end = TEXTS[encoder.model.language][:2]
    n_times = 100
    long, first, last = encoder.passages([begin * n_times + end * n_times, begin, end])

    assert long @ last > first @ last + 0.05
    assert long @ first > first @ last + 0.05


@settings(max_examples=15)
@given(texts=st.lists(any_text, max_size=5))
def test_vector_of_a_text_does_not_depend_on_its_neighbours(encoder, texts):
    vectors = encoder.passages(texts)

    assert vectors.shape == (len(texts), encoder.model.width)
    for text, vector in zip(texts, vectors, strict=True):
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
        assert np.allclose(vector, encoder.passages([text])[0], atol=1e-4)


def test_language_without_an_encoder_is_refused_by_name():
    with pytest.raises(ConfigError, match="'it': known are en, zh"):
        SentenceEncoder.load("it")
