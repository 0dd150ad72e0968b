from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.support.examples import examples

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("drawing", max_examples=examples(6), deadline=None, suppress_health_check=_SLOW)
settings.load_profile("drawing")
