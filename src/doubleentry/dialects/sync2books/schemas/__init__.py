"""The vendor's wire shapes, as the document describes them; one module a resource."""
