"""Settings: flags over environment over file over defaults, validated and converted once."""

from doubleentry.config.loading import ConfigError, load
from doubleentry.config.options import OPTIONS, Config, Option
from doubleentry.config.values import ClockSetting

__all__ = ["OPTIONS", "ClockSetting", "Config", "ConfigError", "Option", "load"]
