"""When an inference has become too large, and which rule made it so."""

from collections import Counter


class LimitReachedError(Exception):
    """An inference has become larger than allowed."""


class Limits:
    """The rounds and facts of one inference, counted against what is allowed."""

    def __init__(self, max_facts: int, max_rounds: int) -> None:
        self.max_facts = max_facts
        self.max_rounds = max_rounds
        self.rounds = 0
        self.stopped = ""
        """The limit that was reached; from then on nothing is derived, only withdrawn."""
        self._rounds_of_stratum = 0
        self._n_added: Counter[str] = Counter()
        """New facts by rule."""

    def begin_stratum(self) -> None:
        """Count rounds anew: each stratum may have as many."""
        self._rounds_of_stratum = 0

    def begin_round(self) -> None:
        """Count a round."""
        self.rounds += 1
        self._rounds_of_stratum += 1

    def allow(self, new: Counter[str]) -> None:
        """Count facts that are about to be added, by rule.

        Raises:
            LimitReachedError: It is enough.
        """
        self._n_added += new
        # A round that adds nothing is the last one: it must not end an inference that is done.
        if not new:
            return
        name, n = self._n_added.most_common(1)[0]
        so_far = f"{self._n_added.total()} new facts, {n} of them by the rule {name!r}"
        if self._n_added.total() > self.max_facts:
            raise LimitReachedError(f"max_facts = {self.max_facts} reached: {so_far}")
        if self._rounds_of_stratum > self.max_rounds:
            raise LimitReachedError(f"max_rounds = {self.max_rounds} reached: {so_far}")
