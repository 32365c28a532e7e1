"""Hypothesis settings for tests that must not fail because the machine is busy."""

from hypothesis import HealthCheck, settings

steady = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
