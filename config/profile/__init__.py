"""The company's profile: typed, checked, the only place where something particular to a company stands."""

from config.profile.base import Period, parse_period
from config.profile.errors import Fault, ProfileError
from config.profile.holdings import Category, Schedule, System
from config.profile.law import Level, RegimeKey, RightKey, Verification
from config.profile.loading import active_profile, load_profile, written_profile
from config.profile.schema import Profile, Promised

__all__ = [
    "Category",
    "Fault",
    "Level",
    "Period",
    "Profile",
    "ProfileError",
    "Promised",
    "RegimeKey",
    "RightKey",
    "Schedule",
    "System",
    "Verification",
    "active_profile",
    "load_profile",
    "parse_period",
    "written_profile",
]
