from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("quick", max_examples=10, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("fuzz", max_examples=500, deadline=None, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("VIDEOGEN_HYPOTHESIS", "quick"))
