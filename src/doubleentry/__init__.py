"""Doubleentry: a local emulator of the Codat, Sync2Books and Built Accounting sync APIs."""

__version__ = "0.1.0"
