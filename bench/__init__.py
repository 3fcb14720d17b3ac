"""What is measured, with `make bench`: beside the package, on the running server."""
