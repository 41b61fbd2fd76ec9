"""What holds for every test."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is; whether a rule holds does not depend on it.
settings.register_profile("xueji", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("xueji")
