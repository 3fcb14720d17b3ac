"""Codat, Sync for Expenses: its paths, shapes, errors and tables."""
