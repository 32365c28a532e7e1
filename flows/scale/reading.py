"""The program that reads: batches of documents in, what they say out; run by `flows.scale.actor`.

It answers document by document, so that whoever listens knows which of them it ended at.
"""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import suppress

from pydantic import TypeAdapter

from extractors.errors import DocumentRejectedError, ExtractionError
from extractors.facts import Document, document_from_dict
from flows.errors import FlowError, SettingsError
from flows.extractor import extractor_of
from flows.night import (
    Answer,
    Extractor,
    LoneReader,
    Plain,
    check_machine,
    closed,
    in_silence,
    is_for_all,
)
from flows.scale.lines import heard, own_output, say
from flows.scale.wire import answer_to_data, fault_to_data
from flows.setting_groups import ExtractorSettings
from graphdb import Ontology


def main() -> None:
    """Be told what to read with, then answer for each batch, and end when nobody listens."""
    output = own_output()
    lines = heard(on_end=lambda: os._exit(0))
    order = json.loads(next(lines))
    extractor: Extractor | None = None
    for line in lines:
        try:
            extractor = extractor or opened_extractor(order)
            for answer in answers(extractor, map(document_from_dict, json.loads(line))):
                say(output, answer_to_data(answer))
        except (ExtractionError, FlowError) as error:
            say(output, fault_to_data(error, socket.gethostname()))
        say(output, {"end": True})


def opened_extractor(order: Plain) -> Extractor:
    """Return what an order says that documents are read with.

    Raises:
        SettingsError: It is another here than the night's.
    """
    with suppress(OSError):  # only a path that was not absolute needs it, and names itself
        os.chdir(order["folder"])
    extractor = extractor_of(
        order["models"],
        TypeAdapter(ExtractorSettings).validate_python(order["extractor"]),
        Ontology.model_validate(order["ontology"]),
        in_silence,
    )
    if extractor.fingerprint != order["fingerprint"]:
        raise SettingsError(
            f"the model here is {extractor.fingerprint} and that of the night is "
            f"{order['fingerprint']}: give each machine the same files under the same paths, and "
            "the same nightloom"
        )
    return extractor


def answers(extractor: Extractor, documents: Iterator[Document]) -> Iterator[Answer]:
    """Answer for each document of a batch; those that fail together are read one by one.

    Raises:
        ExtractionError, FlowError: No document is at fault.
    """
    waiting = {document.id: document for document in documents}
    lone = LoneReader(extractor)
    try:
        with closed(extractor.extract(list(waiting.values()))) as together:
            for answer in together:
                waiting.pop(_document_of(answer), None)
                yield answer
    except Exception as error:
        if is_for_all(error):
            raise
        check_machine(error, "a batch of documents")
    for document in waiting.values():
        answer = lone.read(document)
        lone.last_read = document
        yield answer


def _document_of(answer: Answer) -> str:
    if isinstance(answer, DocumentRejectedError):
        return answer.document_id
    document = answer.document
    return document if isinstance(document, str) else document.id
