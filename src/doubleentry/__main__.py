"""`python -m doubleentry`: the same as the command `doubleentry`."""

from doubleentry.cli import main

if __name__ == "__main__":
    main()
