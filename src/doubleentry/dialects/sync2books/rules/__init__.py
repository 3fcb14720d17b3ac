"""What the vendor decides about its records; no HTTP."""
