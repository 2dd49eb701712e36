"""``python -m hookscope``."""

from __future__ import annotations

import sys

from hookscope.cli import main

if __name__ == "__main__":
    sys.exit(main())
