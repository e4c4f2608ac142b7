"""`python -m firedoor`: the command where its script cannot be started."""

import sys

from firedoor.cli import main

if __name__ == "__main__":
    sys.exit(main())
