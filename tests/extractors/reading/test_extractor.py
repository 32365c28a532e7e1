"""The extractor: any text in, true offsets out, in order and at bounded memory."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.calibration import Calibration
from extractors.errors import (
    CheckpointError,
    DeviceUnavailableError,
    DocumentRejectedError,
    MachineError,
)
from extractors.facts import Document
from extractors.reading.extractor import ExtractorConfig, TransformerExtractor
from extractors.text.lines import lines
from tests.extractors.texts import any_text
from tests.extractors.tiny import tiny_checkpoint


def document(text: str, id: str = "a") -> Document:  # noqa: A002
    return Document(id=id, text=text)


@given(text=any_text)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_mentions_read_as_the_text_they_point_at(tiny_extractor, text):
    """For any Unicode text at all, offsets index the text as given."""
    found = tiny_extractor.extract_one(document(text))

    assert all(
        text[m.span.start : m.span.end] == m.text for e in found.entities for m in e.mentions
    )
    assert "".join(text[c.span.start : c.span.end] for c in found.chunks) == text


LINES = (
    "Peter Wang\n",
    "Corvane Ltd\r\n",
    "Leeds\r",
    "| Ada | Bo |\n",
    "Ada\tYork\n",
    "\n",
    "She met\n",
)


@given(text=st.one_of(any_text, st.lists(st.sampled_from(LINES), max_size=12).map("".join)))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_mention_runs_over_a_line_that_begins_anew_or_into_another_cell(tiny_extractor, text):
    found = tiny_extractor.extract_one(document(text))

    starts = [line.start for line in lines(text) if not line.continues]
    rows = [line for line in lines(text) if line.kind == "row"]
    for span in (mention.span for entity in found.entities for mention in entity.mentions):
        assert not any(span.start < start < span.end for start in starts)
        if any(row.start <= span.start < row.end for row in rows):
            assert not {"\t", "|"} & set(text[span.start : span.end]) or len(span) == 1


def test_every_kind_of_encoder_reads(any_encoder):
    extractor = TransformerExtractor(tiny_checkpoint(any_encoder))
    found = extractor.extract_one(document("Ada works for Acme. Bo left Ghent."))

    assert found.extractor == extractor.fingerprint


def test_extract_keeps_the_order_and_does_not_depend_on_company(tiny_extractor):
    documents = [document("Ada met Bo. " * n, str(n)) for n in (30, 1, 12, 2)]
    together = list(tiny_extractor.extract(documents))

    assert [one.document for one in together] == documents
    for one in together:
        alone = tiny_extractor.extract_one(one.document)
        assert [e.name for e in one.entities] == [e.name for e in alone.entities]


def test_a_text_of_many_windows_is_read_to_its_end(tiny_extractor):
    found = tiny_extractor.extract_one(document("Ada met Bo in Ghent. " * 300))

    assert max(m.span.end for e in found.entities for m in e.mentions) > 6000


def test_a_document_the_network_cannot_read_is_set_aside_alone(encoder_folders, monkeypatch):
    """The batch is halved until the bad document stands alone; the others are read."""
    extractor = TransformerExtractor(tiny_checkpoint(encoder_folders["bert"]))
    bad = extractor.encoder.tokenizer("q", add_special_tokens=False)["input_ids"][0]
    forward = extractor.model.encoder.forward

    def stumbling(token_ids, *inputs, bfloat16):
        if (token_ids == bad).any():
            raise RuntimeError("index out of range")
        return forward(token_ids, *inputs, bfloat16=bfloat16)

    monkeypatch.setattr(extractor.model.encoder, "forward", stumbling)
    documents = [document("Ada.", "1"), document("q", "2"), document("Bo.", "3")]
    outcomes = list(extractor.try_extract(documents))

    assert [isinstance(outcome, DocumentRejectedError) for outcome in outcomes] == [0, 1, 0]
    assert outcomes[1].document_id == "2"


def reading_with(extractor: TransformerExtractor, monkeypatch, error_for) -> list[int]:
    """Let the encoder raise what `error_for` says of its tokens; return the sizes of batches."""
    forward = extractor.model.encoder.forward
    sizes: list[int] = []

    def failing(token_ids, *inputs, bfloat16):
        sizes.append(len(token_ids))
        if error := error_for(token_ids):
            raise error
        return forward(token_ids, *inputs, bfloat16=bfloat16)

    monkeypatch.setattr(extractor.model.encoder, "forward", failing)
    return sizes


FIVE = [document("Ada met Bo.", str(number)) for number in range(5)]


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (torch.AcceleratorError("CUDA error: device-side assert"), DeviceUnavailableError),
        (RuntimeError("CUDA error: an illegal memory access"), DeviceUnavailableError),
        (RuntimeError("cuDNN error: CUDNN_STATUS_MAPPING_ERROR"), DeviceUnavailableError),
    ],
)
def test_a_broken_device_stops_the_reading_at_once(encoder_folders, monkeypatch, error, raised):
    """It answers every later call with the same error: no document is at fault for it."""
    extractor = TransformerExtractor(tiny_checkpoint(encoder_folders["bert"]))
    sizes = reading_with(extractor, monkeypatch, lambda _: error)

    with pytest.raises(raised, match="stopped working"):
        list(extractor.try_extract(FIVE))
    assert len(sizes) == 1


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        MemoryError(),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
    ],
)
def test_memory_that_runs_out_makes_smaller_batches_and_then_stops(
    encoder_folders, monkeypatch, error
):
    extractor = TransformerExtractor(tiny_checkpoint(encoder_folders["bert"]))
    sizes = reading_with(extractor, monkeypatch, lambda tokens: error if len(tokens) > 2 else None)
    assert [type(outcome).__name__ for outcome in extractor.try_extract(FIVE)] == ["Extraction"] * 5
    assert sorted(sizes) == [1, 2, 2, 3, 5]

    reading_with(extractor, monkeypatch, lambda _: error)
    with pytest.raises(MachineError, match="no memory left"):
        list(extractor.try_extract(FIVE))


def test_an_error_that_meets_every_text_is_no_fault_of_a_document(encoder_folders, monkeypatch):
    """Whatever it says: a plain text, read right after, tells whose fault it is."""
    extractor = TransformerExtractor(tiny_checkpoint(encoder_folders["bert"]))
    reading_with(extractor, monkeypatch, lambda _: RuntimeError("could not create a primitive"))

    with pytest.raises(DeviceUnavailableError, match=r"cannot even read .* could not create"):
        list(extractor.try_extract(FIVE))


def in_a_new_thread(function, *arguments):
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function, *arguments).result()


def thread_counts() -> tuple[int, int]:
    """Return with how many threads torch computes here, and in a thread that is started now."""
    return torch.get_num_threads(), in_a_new_thread(torch.get_num_threads)


@pytest.fixture
def eight_threads() -> Iterator[tuple[int, int]]:
    before = torch.get_num_threads()
    torch.set_num_threads(8)
    yield (8, 8)
    torch.set_num_threads(before)


def read_all(extractor):
    return list(extractor.extract(FIVE * 20))


def read_one_and_leave(extractor):
    reading = extractor.extract(FIVE * 200)
    next(reading)
    reading.close()


def read_what_breaks_off(extractor):
    def documents():
        yield from FIVE
        raise LookupError("the source went away")

    with pytest.raises(LookupError):
        list(extractor.extract(documents()))


def read_within_reading(extractor):
    for _ in extractor.extract(FIVE * 100):
        read_one_and_leave(extractor)
        return


def read_side_by_side(extractor):
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(read_all, [extractor] * 4))


@pytest.mark.parametrize("threads", [None, 2, 3])
@pytest.mark.parametrize(
    "reading",
    [read_all, read_one_and_leave, read_what_breaks_off, read_within_reading, read_side_by_side],
)
def test_reading_leaves_the_number_of_threads_as_it_was(
    encoder_folders, eight_threads, reading, threads
):
    checkpoint = tiny_checkpoint(encoder_folders["bert"])
    extractor = TransformerExtractor(checkpoint, ExtractorConfig(threads=threads, batch_tokens=64))
    assert thread_counts() == eight_threads

    reading(extractor)

    assert thread_counts() == eight_threads


def test_a_reader_computes_with_its_share_of_the_threads(
    encoder_folders, eight_threads, monkeypatch
):
    checkpoint = tiny_checkpoint(encoder_folders["bert"])
    extractor = TransformerExtractor(checkpoint, ExtractorConfig(threads=6, batch_tokens=64))
    counts = set()
    reading_with(extractor, monkeypatch, lambda _: counts.add(torch.get_num_threads()))

    read_all(extractor)

    assert counts == {1}  # four readers share six


def facts(extraction) -> dict[tuple, float]:
    return {
        (relation.subject.name, relation.type, relation.object.name, evidence.span): (
            evidence.confidence
        )
        for relation in extraction.relations
        for evidence in relation.evidence
    }


@pytest.mark.parametrize("bias", [-3.0, 0.0, 3.0, 6.0])
@pytest.mark.parametrize("argument", [-0.5, 0.0, 0.5])
def test_a_threshold_keeps_every_relation_that_reaches_it(encoder_folders, bias, argument):
    """The bound on scores saves work, and loses nothing that its confidence would keep."""
    text = document("Ada met Bo in Ghent. Cy works for Acme, and Di left Eve. Flo saw Gus in Rome.")
    checkpoint = tiny_checkpoint(encoder_folders["bert"])
    with torch.no_grad():  # scores spread between the lowest that is looked at and the highest
        checkpoint.model.relation_head.bilinear.weight.mul_(12)
        checkpoint.model.relation_head.bilinear.bias[1:].sub_(3)
    calibration = Calibration(
        mention_threshold=0.1, relation=(bias, 1.0, argument), relation_threshold=0.0
    )
    thresholds = (0.0, 0.3, 0.5, 0.9)

    everything, *kept = [
        facts(
            TransformerExtractor(
                replace(checkpoint, calibration=replace(calibration, relation_threshold=threshold))
            ).extract_one(text)
        )
        for threshold in thresholds
    ]

    assert len(everything) > 10
    for threshold, said in zip(thresholds[1:], kept, strict=True):
        expected = {fact for fact, confidence in everything.items() if confidence >= threshold}
        assert said.keys() == expected


def test_reading_that_is_left_reads_nothing_more(encoder_folders, monkeypatch):
    extractor = TransformerExtractor(
        tiny_checkpoint(encoder_folders["bert"]), ExtractorConfig(threads=1, batch_tokens=32)
    )
    sizes = reading_with(extractor, monkeypatch, lambda _: None)
    reading = extractor.extract(FIVE * 40)
    next(reading)

    reading.close()

    assert len(sizes) < 60  # of 200 batches


def test_unknown_devices_and_models_are_named():
    with pytest.raises(CheckpointError, match="general"):
        TransformerExtractor.load("generall")
    with pytest.raises(DeviceUnavailableError, match="toaster"):
        TransformerExtractor.load("general", device="toaster")


def test_thresholds_are_part_of_the_fingerprint(encoder_folders):
    checkpoint = tiny_checkpoint(encoder_folders["bert"])
    strict = ExtractorConfig(relation_threshold=0.9)

    assert (
        TransformerExtractor(checkpoint).fingerprint
        != TransformerExtractor(checkpoint, strict).fingerprint
    )


def test_the_shipped_model_finds_sensible_facts():
    text = "Microsoft was founded by Bill Gates in 1975. It is based in Redmond, Washington."
    found = TransformerExtractor.load("general").extract_one(document(text))

    named = {(entity.name, entity.type) for entity in found.entities}
    assert {("Microsoft", "Organization"), ("Bill Gates", "Person"), ("1975", "Time")} <= named
    assert found.relations


def test_the_shipped_model_says_little_about_prose_without_names():
    text = "# Baking\n\n- Mix the flour and the sugar.\n- Leave it in the oven. Serve warm!\n"
    found = TransformerExtractor.load("general").extract_one(document(text))

    assert len(found.entities) <= 1
    assert not found.relations


def test_importing_the_package_does_not_load_torch():
    code = "import extractors, sys; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
