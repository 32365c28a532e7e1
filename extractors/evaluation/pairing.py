"""Bring gold and predicted extractions of the same documents together."""

from collections.abc import Iterable, Iterator

from extractors.facts import Extraction


def paired(
    gold: Iterable[Extraction], predicted: Iterable[Extraction]
) -> Iterator[tuple[Extraction, Extraction]]:
    """Yield gold and predicted extraction of each gold document, in the order of gold.

    A gold document without predictions is paired with an empty extraction: what was not read
    counts as missed.

    Raises:
        ValueError: A document occurs twice, or was predicted but is not in gold, or the two sides
            read different texts under one id.
    """
    predicted_by_id = _by_id(predicted, "predictions")
    seen: set[str] = set()
    for truth in gold:
        id_ = truth.document.id
        if id_ in seen:
            raise ValueError(f"document {id_!r} occurs twice in gold")
        seen.add(id_)
        guess = predicted_by_id.pop(id_, None) or nothing_found(truth)
        if guess.document.text != truth.document.text:
            raise ValueError(f"gold and predictions have different texts for document {id_!r}")
        yield truth, guess
    if predicted_by_id:
        id_ = next(iter(predicted_by_id))
        raise ValueError(f"document {id_!r} was predicted but is not in gold")


def nothing_found(extraction: Extraction) -> Extraction:
    """Return the extraction of the same document that found nothing."""
    return Extraction(document=extraction.document, chunks=extraction.chunks)


def _by_id(extractions: Iterable[Extraction], side: str) -> dict[str, Extraction]:
    by_id: dict[str, Extraction] = {}
    for extraction in extractions:
        id_ = extraction.document.id
        if id_ in by_id:
            raise ValueError(f"document {id_!r} occurs twice in the {side}")
        by_id[id_] = extraction
    return by_id
