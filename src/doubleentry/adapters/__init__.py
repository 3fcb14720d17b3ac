"""The engine's ports, made with libraries: where documents are kept, and the way out."""
