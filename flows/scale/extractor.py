"""Reads documents by Ray: hands batches out, takes answers back, and outlives Ray itself.

    night ── lines ──► driver ── Ray Data ──► actor ── lines ──► process that reads
          one process, the only one      one for each worker      has the model
          that knows Ray

A batch that was not answered for when the driver ended is handed to the next driver. So a head that
is started anew, or a machine that is lost, costs the time of reading some batches again.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from extractors.facts import Document
from flows.errors import ServiceError
from flows.night import Answer, Watch
from flows.scale.lines import Program
from flows.scale.wire import answer_from_data
from flows.text import counted

logger = logging.getLogger(__name__)

START_S = 300.0
"""How long Ray may take to start: some ten seconds, where nothing else is at work."""

END_S = 7.0
"""How long Ray may take to end what it has started, before it is killed."""

WAITS_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""How long it is waited before Ray is asked again, each time that it ends without an answer. A head
that is started anew, and its machines, are there again by then."""

FIRST_TRIES = 3
"""So often Ray may fail to start before it has answered once: on a busy machine it gives up after
half a minute (`_private/node.py` of 2.60), and nothing can be set there."""

BATCH_S = 1.0
"""What a worker is given at once takes it about so long: handing out less would cost more, and more
would be lost when a worker is killed, and waited for at the end."""

CHARACTERS = (8_000, 1_000_000)
"""Of a batch, at least and at most."""

BATCHES_AHEAD = 3
"""Batches for each worker: one is read, and one or two are on the way."""


class RayExtractor:
    """Reads as the extractor does that it stands for, elsewhere.

    Args:
        fingerprint: Says what reads; asked when it is needed, and after what is wrong is found.
        start: Starts a driver, which knows what is to be done.
        watch: Told what takes long.
    """

    def __init__(
        self, fingerprint: Callable[[], str], start: Callable[[], Program], watch: Watch
    ) -> None:
        self._fingerprint = fingerprint
        self._start_driver = start
        self._watch = watch
        self._driver: Program | None = None
        self._n_workers = 1
        self._n_batches = 0
        self._n_ends = 0
        """How often in a row Ray has ended before it answered."""
        self._has_answered = False
        self._characters, _ = CHARACTERS

    @property
    def fingerprint(self) -> str:
        """What its extractions are known by: the same as those of one that reads here."""
        return self._fingerprint()

    def extract(self, documents: Iterable[Document]) -> Iterator[Answer]:
        """Answer for each document, in the order in which answers come.

        Raises:
            ServiceError: Ray cannot be started or reached, or ends again and again.
            ExtractionError, FlowError: No document is at fault; says on which machine.
        """
        fresh = self._batches(documents)
        lost: deque[list[Document]] = deque()
        unanswered: dict[int, list[Document]] = {}
        while True:
            try:
                while len(unanswered) < BATCHES_AHEAD * self._n_workers:
                    batch = lost.popleft() if lost else next(fresh, None)
                    if batch is None:
                        break
                    self._n_batches += 1
                    unanswered[self._n_batches] = batch
                    self._hand_out(self._n_batches, batch)
                if not unanswered:
                    return
                reply = self._reply()
            except EOFError as error:
                self._wait_before_again(error)
                lost.extend(unanswered.values())
                unanswered.clear()
                continue
            self._n_ends, self._has_answered = 0, True
            # Of one that nobody waits for any more, who asked for it has gone.
            batch = unanswered.pop(reply["number"], [])
            self._learn(batch, reply["seconds"])
            if batch:
                yield from map(answer_from_data, reply["answers"])

    def close(self) -> None:
        """End Ray, if it was started here, and whatever reads for this night."""
        driver, self._driver = self._driver, None
        if driver:
            driver.end(END_S)

    def _hand_out(self, number: int, batch: list[Document]) -> None:
        """Give a batch to the driver, which is started for the first one; raises as `_start`."""
        driver = self._driver or self._start()
        documents = [document.to_dict() for document in batch]
        driver.say({"number": number, "documents": documents})

    def _reply(self) -> Any:
        """Return what the driver says next of a batch.

        Raises:
            EOFError: It has ended, or ends.
        """
        assert self._driver
        reply = self._driver.hear()
        if problem := reply.get("problem"):
            raise EOFError(problem)
        return reply

    def _start(self) -> Program:
        """Start a driver.

        Raises:
            ServiceError: There is no cluster, or Ray does not start.
            EOFError: It ended.
        """
        self._watch("starting Ray", 0, 0)
        self._driver = self._start_driver()
        try:
            said = self._driver.hear(START_S)
        except TimeoutError as error:
            raise EOFError(str(error)) from error
        if problem := said.get("problem"):
            # One that joins a cluster anew waits for its head; one that never could is told.
            if said["is_lasting"] and not self._has_answered:
                raise ServiceError(f"{problem}; what was read before is kept")
            raise EOFError(problem)
        self._n_workers = said["workers"]
        if said["lacking"]:
            logger.warning(said["lacking"])
        machines = counted(said["machines"], "machine")
        self._watch(f"reading with {counted(self._n_workers, 'worker')} on {machines}", 0, 0)
        return self._driver

    def _wait_before_again(self, error: EOFError) -> None:
        """End what is left of a driver, and wait until the next one has a chance.

        Raises:
            ServiceError: There have been enough of them.
        """
        self.close()
        if self._n_ends == (len(WAITS_S) if self._has_answered else FIRST_TRIES - 1):
            raise ServiceError(
                f"Ray ended {self._n_ends + 1} times without an answer ({error}): see what "
                "`ray status` says of the cluster, or empty NIGHTLOOM_SCALE to read in this "
                "process, then run again; what was read is kept"
            ) from error
        wait_s = WAITS_S[self._n_ends]
        self._n_ends += 1
        logger.warning("Ray ended (%s) and is asked again in %g seconds", error, wait_s)
        time.sleep(wait_s)

    def _batches(self, documents: Iterable[Document]) -> Iterator[list[Document]]:
        batch: list[Document] = []
        n_characters = 0
        for document in documents:
            batch.append(document)
            n_characters += len(document.text)
            if n_characters >= self._characters:
                yield batch
                batch, n_characters = [], 0
        if batch:
            yield batch

    def _learn(self, batch: list[Document], seconds: float) -> None:
        """Choose how large the next batches are, by how long this one took."""
        n_characters = sum(len(document.text) for document in batch)
        if not n_characters or seconds <= 0:
            return
        least, most = CHARACTERS
        wanted = int(n_characters / seconds * BATCH_S)
        # No more than twice as many: the first batch of a worker waits for its model.
        self._characters = max(least, min(most, wanted, 2 * self._characters))
