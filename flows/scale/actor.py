"""What each actor of Ray Data is: it has a process of its own read, and starts another if one ends.

A document that makes its process end, again and again, is set aside by its name, as one is that
makes its converter end; the actor goes on. An actor that is killed takes its process along, and Ray
starts it anew.
"""

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

from extractors.errors import MachineError
from flows.night import PROBE, Plain
from flows.scale.lines import Program, kept_environment
from flows.scale.wire import fault_to_data

ENDS = 3
"""So often a document may make the process that reads it alone end, before it is set aside: once or
twice may be the machine's fault, which ran out of memory for a moment."""


class ReadingActor:
    """Answers for batches of documents, all of it lines of JSON."""

    def __init__(self, order: str) -> None:
        self._order = json.loads(order)
        self._program: Program | None = None

    def __call__(self, batches: Any) -> dict[str, list[str]]:
        """Return an answer for each row of a table with the column `batch`."""
        lines = batches["batch"].to_pylist()
        return {"answer": [json.dumps(self.read(json.loads(line))) for line in lines]}

    def read(self, batch: Plain) -> Plain:
        """Return the number of a batch, what is said of its documents, and how long that took."""
        begun = time.monotonic()
        waiting = {document["id"]: document for document in batch["documents"]}
        answers: list[Plain] = []
        try:
            self._ask(waiting, answers)
        except EOFError:
            while waiting and not (answers and "fault" in answers[-1]):
                self._read_alone(dict([waiting.popitem()]), answers)
        seconds = time.monotonic() - begun
        return {"number": batch["number"], "answers": answers, "seconds": seconds}

    def close(self) -> None:
        """End its process."""
        if self._program:
            self._program.end()
            self._program = None

    def _read_alone(self, document: dict[str, Plain], answers: list[Plain]) -> None:
        """Read one document, or set it aside when it makes the process end that often."""
        why = ""
        for _ in range(ENDS):
            try:
                self._ask(dict(document), answers)
                return
            except EOFError as error:
                why = str(error)
        try:
            self._ask({PROBE.id: PROBE.to_dict()}, [])
        except EOFError as error:
            fault = MachineError(
                f"the process that reads documents ends whatever it is given ({error}), so no "
                "document is at fault: free memory there, or see whether nightloom is installed "
                "whole; what was read before is kept"
            )
            answers.append(fault_to_data(fault, socket.gethostname()))
            return
        (id_,) = document
        reason = (
            f"made the process that read it end, {ENDS} times ({why}): it is damaged or hostile, "
            "or needs more memory"
        )
        answers.append({"set_aside": {"document": id_, "reason": reason}})

    def _ask(self, waiting: dict[str, Plain], answers: list[Plain]) -> None:
        """Have documents read; those that are answered for wait no longer.

        Raises:
            EOFError: The process ended at one that still waits.
        """
        try:
            if self._program is None:
                environment = kept_environment()
                if not self._order["gpu"]:  # it is for those who were given one
                    environment["CUDA_VISIBLE_DEVICES"] = ""
                self._program = Program("reading", environment)
                self._program.say(self._order)
            self._program.say(list(waiting.values()))
            while "end" not in (said := self._program.hear()):
                answers.append(said)
                for id_ in _answered(said):
                    waiting.pop(id_, None)
        except EOFError:
            self.close()
            raise


def _answered(said: Plain) -> Iterator[str]:
    """Yield the document that an answer is about; a fault is about none."""
    if "extraction" in said:
        yield said["extraction"]["document"]["id"]
    elif "set_aside" in said:
        yield said["set_aside"]["document"]
