"""Sends one trace and the figures of a run to an OpenTelemetry receiver (OTLP over HTTP).

Everything is kept until the run ends, and is then sent at once by a thread that nobody waits for
longer than `PATIENCE_S`: no receiver, whatever it does, takes anything else from a night. A run has
some tens of spans, so keeping them costs nothing.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Thread

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, MetricExportResult
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.trace import Span, Status, StatusCode, set_span_in_context

from flows.telemetry.trace import Attributes

PATIENCE_S = 3.0
"""How long a run that is done waits until a receiver has taken what it tells."""

logger = logging.getLogger(__name__)


class Otlp:
    """Keeps what one run tells, and sends it when the run ends."""

    def __init__(self, endpoint: str, given: str, version: str) -> None:
        """Prepare for a run; nothing is sent yet.

        Args:
            endpoint: Address to which both are sent, without `/v1/traces`, for people to read.
            given: The same if it was given to nightloom; empty: the SDK reads its own variables.
            version: Of nightloom.
        """
        self._endpoint, self._given = endpoint, given.rstrip("/")
        resource = Resource({"service.name": "nightloom", "service.version": version})
        # What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say goes before.
        resource = resource.merge(OTELResourceDetector().detect())
        self._spans = _Spans()
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        provider.add_span_processor(self._spans)
        self._tracer = provider.get_tracer("nightloom")
        self._reader = InMemoryMetricReader()
        meters = MeterProvider([self._reader], resource=resource, shutdown_on_exit=False)
        self._gauge = cache(meters.get_meter("nightloom").create_gauge)
        self._open: list[Span] = []

    @contextmanager
    def span(self, name: str, attributes: Attributes) -> Iterator[None]:
        """Count what happens in the `with` as a part of whatever is open, or of the run."""
        if not self._open:
            run = {key: value for key, value in attributes.items() if key == "nightloom.run"}
            self._open.append(self._tracer.start_span("run", Context(), attributes=run))
        parent = set_span_in_context(self._open[-1], Context())
        span = self._tracer.start_span(name, parent, attributes=dict(attributes))
        self._open.append(span)
        try:
            yield
        except BaseException as error:
            # The class alone: what it says may quote a document.
            for failed in self._open:
                failed.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise
        finally:
            self._open.pop().end()

    def figure(self, name: str, value: float, attributes: Attributes) -> None:
        """Keep a number about the run: that of the last run, not a sum of many."""
        self._gauge(name).set(value, dict(attributes))

    def send(self) -> None:
        """Send what there is; say in one sentence if nobody has taken it in time."""
        while self._open:
            self._open.pop().end()
        if not self._spans.ended:
            return
        # The exporters tell each failed attempt with its traceback; one sentence is enough.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        taken: list[bool] = []
        sending = Thread(target=lambda: taken.append(self._is_taken()), daemon=True)
        sending.start()
        sending.join(PATIENCE_S)
        if not any(taken):
            logger.warning(
                "%s did not take the trace of this run within %g s; the run itself is not touched "
                "by that: see that an OTLP receiver listens there, or unset the address",
                self._endpoint,
                PATIENCE_S,
            )

    def _is_taken(self) -> bool:
        def path(signal: str) -> str | None:
            return f"{self._given}/v1/{signal}" if self._given else None

        spans = OTLPSpanExporter(endpoint=path("traces"), timeout=PATIENCE_S)
        figures = OTLPMetricExporter(endpoint=path("metrics"), timeout=PATIENCE_S)
        is_taken = spans.export(self._spans.ended) is SpanExportResult.SUCCESS
        told = self._reader.get_metrics_data()
        if is_taken and told:
            is_taken = figures.export(told) is MetricExportResult.SUCCESS
        return is_taken


class _Spans(SpanProcessor):
    """Keeps the spans that have ended."""

    def __init__(self) -> None:
        self.ended: list[ReadableSpan] = []

    def on_end(self, span: ReadableSpan) -> None:
        self.ended.append(span)
