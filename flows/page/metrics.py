"""What a monitor may ask: `/metrics` in the text format of Prometheus.

Read from the notes of nights and of runs, and the settings: nobody who asks every few seconds makes
the graph count. `docs/alerts.yaml` and `docs/grafana.json` rely on the names and labels.
"""

import time
from collections import Counter
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from flows.freshness import late_sources
from flows.night import OUTCOMES, RejectionNotes, RunNotes
from flows.settings import Settings
from graphdb import Graph
from graphdb.errors import GraphError

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
HOUR_S = 3600


def exposition(settings: Settings, graph: Graph) -> bytes:
    """Return all metrics.

    Raises:
        DamagedNotesError: Nobody can say what nights have noted.
    """
    registry = CollectorRegistry()
    registry.register(_Nights(settings, graph))
    return generate_latest(registry)


class _Nights(Collector):
    def __init__(self, settings: Settings, graph: Graph) -> None:
        self.settings = settings
        self.graph = graph

    def collect(self) -> Iterator[Metric]:
        """Yield each metric with all its values."""
        begun = time.perf_counter()
        up = GaugeMetricFamily("nightloom_graph_up", "Whether the graph answers.")
        up.add_metric([], float(self._answers()))
        yield up
        answer_s = GaugeMetricFamily("nightloom_graph_answer_seconds", "How long it took to.")
        answer_s.add_metric([], time.perf_counter() - begun)
        yield answer_s

        noted = RejectionNotes.of(self.settings.home).read()
        at = GaugeMetricFamily(
            "nightloom_night_timestamp_seconds",
            "When the last whole night of a source began, in seconds since 1970.",
            labels=["source"],
        )
        documents = GaugeMetricFamily(
            "nightloom_night_documents",
            "What became of all that the last whole night of a source came upon.",
            labels=["source", "outcome"],
        )
        for source, note in sorted(noted.sources.items()):
            if note.at:
                at.add_metric([source], note.at.timestamp())
            for outcome, n in (note.account.rows if note.account else {}).items():
                documents.add_metric([source, outcome], n)
        yield at
        yield documents

        rejected = GaugeMetricFamily(
            "nightloom_rejected_documents",
            "Documents that are set aside now, by the step that did it.",
            labels=["source", "stage"],
        )
        by_stage = Counter((each.source, each.stage) for each in noted.documents)
        for (source, stage), n in sorted(by_stage.items()):
            rejected.add_metric([source, stage], n)
        yield rejected
        yield from self._freshness()
        yield from self._runs()
        yield from self._limits()

    def _freshness(self) -> Iterator[Metric]:
        late = {each.source for each in late_sources(self.settings)}
        allowed = GaugeMetricFamily(
            "nightloom_source_max_age_seconds",
            "How old the last whole night of a source may be.",
            labels=["source"],
        )
        is_late = GaugeMetricFamily(
            "nightloom_source_late", "Whether it is older than that.", labels=["source"]
        )
        for source in self.settings.sources:
            if source.max_age_h:
                allowed.add_metric([source.name], source.max_age_h * HOUR_S)
            is_late.add_metric([source.name], float(source.name in late))
        yield allowed
        yield is_late

    def _runs(self) -> Iterator[Metric]:
        """Yield how runs ended of what is read every night: a person sees how others end."""
        noted = RunNotes.of(self.settings.home).read()
        outcome_of_run = GaugeMetricFamily(
            "nightloom_run_outcome",
            "Whether the last run over a whole source of every night ended so.",
            labels=["source", "outcome"],
        )
        at = GaugeMetricFamily(
            "nightloom_run_timestamp_seconds",
            "When that run began, in seconds since 1970.",
            labels=["source"],
        )
        for source in sorted({source.name for source in self.settings.sources} & noted.keys()):
            if ended := noted[source].ended:
                at.add_metric([source], ended.at.timestamp())
                for outcome in OUTCOMES:
                    is_so = float(outcome == ended.outcome)
                    outcome_of_run.add_metric([source, outcome], is_so)
        yield outcome_of_run
        yield at

    def _limits(self) -> Iterator[Metric]:
        for name, meaning, share in (
            (
                "nightloom_max_rejected_ratio",
                "Share of a source that may be set aside before a run has failed.",
                self.settings.max_rejected,
            ),
            (
                "nightloom_max_vanished_ratio",
                "Share of a source that may vanish in one night before a run stops.",
                self.settings.max_vanished,
            ),
        ):
            limit = GaugeMetricFamily(name, meaning)
            limit.add_metric([], share)
            yield limit

    def _answers(self) -> bool:
        try:
            self.graph.connection.verify()
        except GraphError:
            return False
        return True
