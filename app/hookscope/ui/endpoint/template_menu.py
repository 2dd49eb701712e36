"""What a template can say, to choose from: names of the request, and filters."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from hookscope.ui.parts.flat_button import FlatButton

END = " }}"
NAMES = (
    ("method", "{{ method }}", "the method, such as POST"),
    ("path", "{{ path }}", "the path, without the query"),
    ("query", "{{ query. }}", "a query parameter by its name"),
    ("headers", '{{ headers[""] }}', "a header by its name"),
    ("cookies", "{{ cookies. }}", "a cookie by its name"),
    ("json", "{{ json. }}", "a value of the JSON body"),
    ("text", "{{ text }}", "the body as text"),
    ("ids", "{{ ids|first }}", "the ids that were found"),
    ("attempt", "{{ attempt }}", "1, 2, 3 …"),
    ("verdict", "{{ verdict }}", "verified, failed, unsigned …"),
    ("now", "{{ now }}", "when it arrived, in UTC"),
)
FILTERS = (
    ('|default("")', "instead of what is missing"),
    ("|tojson", "as JSON, texts with their quotes"),
    ("|upper", "in capital letters"),
    ("|lower", "in small letters"),
    ("|trim", "without blanks around it"),
    ('|replace("a", "b")', "with other text in its place"),
    ("|truncate(20)", "cut to a length"),
    ("|length", "how long it is"),
    ("|first", "the first of a list"),
    ("|last", "the last of a list"),
    ('|join(", ")', "a list as one text"),
    ("|int", "as a whole number"),
    ("|round(2)", "with so many decimals"),
    ("|urlencode", "as part of an address"),
)


class TemplateMenu(FlatButton):
    """A button with a menu; ``chosen`` has a text to insert, and how far before its end the cursor goes."""

    chosen = Signal(str, int)

    def __init__(self) -> None:
        super().__init__("Insert")
        self.setToolTip("Names and filters that a template can use")
        menu = QMenu(self)
        for name, text, meaning in NAMES:
            self._add(menu, name, meaning, text, _back(text))
        menu.addSeparator()
        filters = menu.addMenu("Filters")
        for text, meaning in FILTERS:
            self._add(filters, text, meaning, text, 0)
        self.setMenu(menu)

    def _add(self, menu: QMenu, words: str, meaning: str, text: str, back: int) -> None:
        action = menu.addAction(f"{words}\t{meaning}")
        action.triggered.connect(lambda: self.chosen.emit(text, back))


def _back(text: str) -> int:
    """From the end of the text to where a name is missing, or where a filter can follow."""
    return len('"]' + END) if text.endswith('"]' + END) else len(END)
