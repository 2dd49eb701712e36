"""The smallest PySide6 program with a window, to compare the start with. Prints the time at which it was painted."""

from __future__ import annotations

import sys
import time

from PySide6.QtWidgets import QApplication, QMainWindow


def main() -> None:
    """Show an empty window once."""
    app = QApplication(sys.argv)
    window = QMainWindow()
    window.resize(1280, 760)
    window.show()
    app.processEvents()
    print(time.time(), flush=True)


if __name__ == "__main__":
    main()
