"""What every test shares: property tests without deadlines, since a shared machine may stall."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("shared", deadline=None)
settings.load_profile("shared")
