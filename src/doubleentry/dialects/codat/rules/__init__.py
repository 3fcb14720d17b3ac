"""What Codat decides, one module a resource: workspace and records in, records out, no HTTP."""
