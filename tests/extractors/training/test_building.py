"""What a configuration says about the documents and the network that training begins with."""

from dataclasses import replace

import pytest
from torch import nn

from extractors.errors import ConfigError, CorpusError
from extractors.training import CorpusConfig
from extractors.training.building import build_model, build_text_encoder
from extractors.training.data import read_data, with_types
from tests.extractors.tiny import KINDS


def attention_dropouts(config, architecture: str) -> list[float]:
    """The dropouts of a network in training that are not as any other."""
    config = replace(config, model=replace(config.model, architecture=architecture))
    data = read_data(config)
    model = build_model(with_types(config, data), data)
    return [m.p for m in model.modules() if isinstance(m, nn.Dropout) and m.p not in (0.0, 0.1)]


@pytest.mark.parametrize("architecture", ["joint", "tagger"])
@pytest.mark.parametrize("kind", KINDS)
def test_attention_has_the_dropout_that_is_wanted(config, encoder_folders, kind, architecture):
    folder = str(encoder_folders[kind])
    config = replace(config, model=replace(config.model, encoder=folder))
    wanted = replace(config, objective=replace(config.objective, attention_dropout=0.4))

    assert attention_dropouts(config, architecture) == []
    assert attention_dropouts(wanted, architecture) == [0.4, 0.4]  # two layers


@pytest.mark.parametrize(("kind", "most"), [("bert", 130), ("gpt2", 130), ("xlm-roberta", 128)])
def test_windows_larger_than_the_encoder_reads_are_refused(config, encoder_folders, kind, most):
    def with_window(n_tokens: int):
        model = replace(config.model, encoder=str(encoder_folders[kind]), window_tokens=n_tokens)
        return replace(config, model=model)

    data = read_data(config)
    build_model(with_types(with_window(most), data), data)

    with pytest.raises(ConfigError, match=rf"reads at most {most} tokens at once, .* {most + 1}"):
        build_model(with_types(with_window(most + 1), data), data)


def test_windows_too_small_for_what_they_share_are_refused(config):
    with pytest.raises(ConfigError, match=r"model\.window_tokens: no room: 10 tokens"):
        build_text_encoder(replace(config, model=replace(config.model, window_tokens=10)))


def test_blocks_that_do_not_divide_the_encoder_are_refused(config):
    data = read_data(config)
    model = replace(config.model, block_size=7)

    with pytest.raises(ConfigError, match=r"model\.block_size should divide .* width of 32"):
        build_model(with_types(replace(config, model=model), data), data)


@pytest.mark.parametrize("kind", ["entity", "relation"])
def test_a_type_that_training_never_shows_is_named(config, kind):
    model = replace(config.model, **{f"{kind}_types": ("Persn", "WORKS_FORR")})

    with pytest.raises(ConfigError, match=f"no {kind} type 'Persn': .*(Person|WORKS_FOR)"):
        with_types(replace(config, model=model), read_data(config))


def test_a_tagger_may_name_the_relation_types_it_does_not_read(config):
    model = replace(config.model, architecture="tagger", relation_types=("WORKS_FOR",))

    assert with_types(replace(config, model=model), read_data(config)).model.entity_types


def test_an_empty_file_is_named(config, tmp_path):
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    corpus = (CorpusConfig(path=empty, format="jsonl"),)

    for split in ("train", "dev"):
        with pytest.raises(CorpusError, match=r"empty\.jsonl: there are no documents in it"):
            read_data(replace(config, **{split: corpus}))


def test_bad_records_are_left_out_with_a_remark(config, gold_file, tmp_path):
    mixed = tmp_path / "mixed.jsonl"
    mixed.write_text(gold_file.read_text() + '{"text": 1}\n{"text": "Ada", "tags": []}\n')
    corpus = (CorpusConfig(path=mixed, format="jsonl"),)

    data = read_data(replace(config, train=corpus))

    assert len(data.train) == 8
    [remark] = [remark for remark in data.remarks if "give no document" in remark]
    assert f"2 records of {mixed}" in remark
    assert "record 8 (line 9): a text is a string, not 1" in remark


def test_as_many_documents_held_out_as_there_are_is_refused(config, gold_file):
    with pytest.raises(ConfigError, match=r"held_out = 8 leaves none of the 8 documents of .*gold"):
        read_data(replace(config, dev=(), held_out=8))


def test_dev_documents_that_are_learned_from_are_counted(config):
    words = "dev documents are learned from, too"

    held_out = read_data(replace(config, dev=(), held_out=3))
    the_same = read_data(config)  # whose dev is its train

    assert not any(words in remark for remark in held_out.remarks)
    assert any(f"8 of the 8 {words}" in remark for remark in the_same.remarks)
