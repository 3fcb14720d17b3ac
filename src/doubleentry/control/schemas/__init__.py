"""Wire shapes of the control API, one module a resource."""
