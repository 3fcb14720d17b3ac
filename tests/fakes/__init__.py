"""One fake for each of the engine's ports, and for the machine's clock."""
