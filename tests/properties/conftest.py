"""How many examples the properties try: 60 here, `--hypothesis-profile=thousand` for a night."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "default-60", max_examples=60, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.register_profile(
    "thousand", max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("default-60")
