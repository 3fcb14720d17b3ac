"""Sync2Books, expenses."""
