"""An OpenTelemetry receiver on loopback: OTLP over HTTP, as a collector speaks it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.serving import served

Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


@dataclass
class Receiver:
    """What was sent, taken apart."""

    url: str = ""
    spans: list[Span] = field(default_factory=list)
    figures: Figures = field(default_factory=dict)
    services: set[str] = field(default_factory=set)
    content: bytes = b""
    """All of it as it came."""

    def children(self, parent: Span | None) -> list[Span]:
        """Return the spans right below one, in their order; None: those below nothing."""
        above = parent.span_id if parent else b""
        below = [span for span in self.spans if span.parent_span_id == above]
        return sorted(below, key=lambda span: span.start_time_unix_nano)

    def one(self, name: str) -> Span:
        """Return the only span of this name."""
        (span,) = [span for span in self.spans if span.name == name]
        return span

    def take_traces(self, content: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(content).resource_spans:
            self.services |= {
                each.value.string_value
                for each in resource.resource.attributes
                if each.key == "service.name"
            }
            for scope in resource.scope_spans:
                self.spans += scope.spans

    def take_metrics(self, content: bytes) -> None:
        for resource in ExportMetricsServiceRequest.FromString(content).resource_metrics:
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    for point in metric.gauge.data_points:
                        named = {each.key: each.value.string_value for each in point.attributes}
                        value = point.as_int or point.as_double
                        self.figures[metric.name, frozenset(named.items())] = value

    def figure(self, name: str, **attributes: str) -> float:
        return self.figures[name, frozenset(attributes.items())]


@contextmanager
def receiving(*, status: int = 200, after_s: float = 0.0) -> Iterator[Receiver]:
    """Serve a receiver that answers with a status, or only after a while."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(after_s)
            take = {"/v1/traces": receiver.take_traces, "/v1/metrics": receiver.take_metrics}
            receiver.content += content
            take[self.path](content)
            self.send_response(status)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with served(Handler) as port:
        receiver.url = f"http://127.0.0.1:{port}"
        yield receiver


def said(span: Span) -> dict[str, str]:
    """Return what a span says of itself."""
    return {each.key: each.value.string_value for each in span.attributes}
