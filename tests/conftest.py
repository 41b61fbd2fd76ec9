"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# A property is about what is true, not about how fast a busy machine finds out.
settings.register_profile("xueji", deadline=None)
settings.load_profile("xueji")
