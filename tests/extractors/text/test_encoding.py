"""Windows cover any text with tokens whose offsets are true, whatever the tokenizer."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from transformers import AutoTokenizer

from extractors.pretrained import load_tokenizer
from extractors.text.encoding import SHAPES, STRUCTURES, TextEncoder
from tests.extractors.texts import any_text


def encoder(folder, window_tokens=80, overlap_tokens=8) -> TextEncoder:
    return TextEncoder(
        load_tokenizer(str(folder)), window_tokens=window_tokens, overlap_tokens=overlap_tokens
    )


def units(folder, text: str) -> list[str]:
    return [
        text[unit.start : unit.end]
        for window in encoder(folder).windows(text)
        for unit in window.units
        if unit.end > unit.start
    ]


@given(text=any_text)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_windows_cover_any_text(any_encoder, text):
    """Owned regions partition the text; no window is longer than the encoder reads."""
    windows = list(encoder(any_encoder).windows(text))

    if windows:
        assert windows[0].owned.start == 0
        assert windows[-1].owned.end == len(text)
    assert all(left.owned.end == right.owned.start for left, right in pairwise(windows))
    assert all(len(window.token_ids) == len(window.shapes) <= 80 for window in windows)


@given(text=any_text)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_every_unit_is_owned_by_a_window_that_sees_it(any_encoder, text):
    """What a mention can begin with is in the window that has to report it."""
    windows = list(encoder(any_encoder).windows(text))
    every = {unit.start for window in windows for unit in window.units if unit.end > unit.start}
    owned = {
        unit.start
        for window in windows
        for unit in window.units
        if unit.end > unit.start and window.owned.start <= unit.start < window.owned.end
    }

    assert owned == every


@given(text=any_text)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_units_carry_every_token_once(any_encoder, text):
    """Nothing is truncated: the windows' tokens are those of the sentences."""
    cutter = encoder(any_encoder)
    whole = list(cutter._units(text))

    assert {unit for window in cutter.windows(text) for unit in window.units} == set(whole)
    assert all(
        left.end <= right.start for left, right in pairwise(whole) if right.end > right.start
    )


def test_units_are_words_and_marks(any_encoder):
    assert units(any_encoder, "Ada's well-known re-entry (1843).") == [
        "Ada", "'", "s", "well", "-", "known", "re", "-", "entry", "(", "1843", ")", ".",
    ]  # fmt: skip


def test_units_of_unspaced_scripts_are_tokens(encoder_folders):
    assert units(encoder_folders["bert"], "你好吗") == ["你", "好", "吗"]


def test_units_keep_combining_marks_with_their_letter(encoder_folders):
    assert units(encoder_folders["gpt2"], "cafe\u0301 x") == ["cafe\u0301", "x"]


def test_units_that_never_end_are_cut(encoder_folders):
    """A line of base64 fills windows; it does not overflow one."""
    text = "x" * 5000
    found = units(encoder_folders["gpt2"], text)

    assert all(len(unit) <= 32 for unit in found)
    assert set("".join(found)) == {"x"}


def test_windows_of_long_units_still_fit(any_encoder):
    """Found by the property: what two windows share left no room for a long unit."""
    windows = list(encoder(any_encoder).windows(" ?\r0" + "x" * 700))

    assert all(len(window.token_ids) <= 80 for window in windows)
    assert windows[-1].owned.end == 704


def test_windows_overlap_by_whole_sentences_where_they_fit(encoder_folders):
    text = "Ada met Bo. " * 40
    left, right, *_ = encoder(encoder_folders["bert"], 100, 40).windows(text)

    assert right.units[0].start < left.units[-1].end
    assert right.units[0].start == right.units[0].sentence.start


def test_candidates_stay_in_their_sentence(encoder_folders):
    text = "Ada left. Bo came."
    (window,) = encoder(encoder_folders["bert"]).windows(text)
    found = {
        text[window.span(*pair).start : window.span(*pair).end] for pair in window.candidates(3)
    }

    assert {"Ada", "Ada left", "Bo came."} <= found
    assert not any("left. Bo" in candidate for candidate in found)


@pytest.mark.parametrize(
    "text",
    ["Ada\tBo met Cy\tYork\nx\ty", "| Ada | Bo met Cy | York |\n|---|---|---|\n| x | y | z |"],
)
def test_candidates_stay_in_their_cell(encoder_folders, text):
    (window,) = encoder(encoder_folders["bert"]).windows(text)
    found = {
        text[window.span(*pair).start : window.span(*pair).end] for pair in window.candidates(9)
    }

    assert {"Ada", "Bo met Cy", "York", "x", "y"} <= found
    assert not any("\t" in candidate or "|" in candidate.strip("|-") for candidate in found)


def test_shapes_tell_names_from_words(encoder_folders):
    (window,) = encoder(encoder_folders["bert"]).windows("Ada a USA 7")
    of_unit = [SHAPES[unit.shapes[0]] for unit in window.units]

    assert of_unit[0] in ("Title", "Initial")
    assert of_unit[1:] == ["lower", "Initial", "digits"]


def test_windows_too_small_for_a_unit_are_refused(encoder_folders):
    tokenizer = AutoTokenizer.from_pretrained(str(encoder_folders["bert"]))

    with pytest.raises(ValueError, match="no room"):
        TextEncoder(tokenizer, window_tokens=40, overlap_tokens=0)


def test_tokens_know_what_kind_of_line_they_stand_in(encoder_folders):
    text = "# Ada\n\nAda met Bo. They talked.\n\n- Ada\n- Bo\n"

    (window,) = encoder(encoder_folders["bert"]).windows(text)

    places = [
        (text[unit.start : unit.end], STRUCTURES[unit.structure])
        for unit in window.units
        if unit.end > unit.start
    ]
    assert places[:2] == [("#", "begins heading"), ("Ada", "inside heading")]
    assert ("met", "inside prose") in places
    assert [place for word, place in places if word == "They"] == ["inside prose"]
    assert [place for word, place in places if word == "-"] == ["begins item"] * 2
    assert len(window.structures) == len(window.token_ids)
