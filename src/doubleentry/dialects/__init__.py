"""The vendors, each a folder with the same rooms."""
