"""What is said between machines: answers and faults as plain data, and back."""

from dataclasses import asdict

from extractors.errors import (
    CheckpointError,
    ConfigError,
    DeviceUnavailableError,
    DocumentRejectedError,
    ExtractionError,
    MachineError,
    ReaderError,
)
from extractors.facts import Extraction, extraction_from_dict
from flows.errors import FlowError, ModelError, ServiceError, SettingsError
from flows.night import Answer, Plain
from flows.sources import SetAside

_FAULTS: dict[str, type[ExtractionError | FlowError]] = {
    kind.__name__: kind
    for kind in (
        CheckpointError,
        ConfigError,
        DeviceUnavailableError,
        MachineError,
        ModelError,
        ReaderError,
        SettingsError,
    )
}
"""What can be wrong where documents are read, by name: a name chooses a class, and no class comes
from elsewhere."""


def answer_to_data(answer: Answer) -> Plain:
    """Return an answer as plain data."""
    if isinstance(answer, Extraction):
        return {"extraction": answer.to_dict()}
    if isinstance(answer, DocumentRejectedError):
        return {"set_aside": asdict(SetAside(answer.document_id, answer.reason))}
    return {"set_aside": asdict(answer)}


def fault_to_data(error: ExtractionError | FlowError, machine: str) -> Plain:
    """Return what is wrong with all documents alike as plain data."""
    return {"fault": {"kind": type(error).__name__, "sentence": f"on {machine}: {error}"}}


def answer_from_data(data: Plain) -> Answer:
    """Return an answer that was plain data.

    Raises:
        ExtractionError, FlowError: It is none: something is wrong with all documents alike.
    """
    if fault := data.get("fault"):
        raise _FAULTS.get(fault["kind"], ServiceError)(fault["sentence"])
    if aside := data.get("set_aside"):
        return SetAside(**aside)
    return extraction_from_dict(data["extraction"])
