"""Run extractors and graphdb every night: sources, plan, steps, report, command line."""

__all__: list[str] = []
