"""Codat's wire shapes, one module a resource."""
