"""What happens once the delay is over: a response, or a connection that breaks."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from hookscope.responses import Fault
from hookscope.ui import scales
from hookscope.ui.endpoint.sending_words import FAULT_WORDS, OFFERED_FAULTS
from hookscope.ui.parts.plain_label import PlainLabel


class FaultField(QWidget):
    """Chooses a fault. One that is not offered, from a workspace file, has an entry of its own while it is edited."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choice = QComboBox()
        self.choice.setAccessibleName("What happens then")
        self.choice.setFixedHeight(scales.FIELD)
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for fault in OFFERED_FAULTS:
            self.choice.addItem(FAULT_WORDS[fault], fault.value)
        label = PlainLabel("Then", elide="", role="muted")
        label.setBuddy(self.choice)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S8)
        layout.addWidget(label)
        layout.addWidget(self.choice)
        self.choice.currentIndexChanged.connect(self.changed)

    def set_fault(self, fault: Fault) -> None:
        """Show this fault."""
        with QSignalBlocker(self.choice):
            self.choice.setMaxCount(len(OFFERED_FAULTS))  # an entry of before goes
            if fault not in OFFERED_FAULTS:
                self.choice.setMaxCount(len(OFFERED_FAULTS) + 1)
                self.choice.addItem(FAULT_WORDS[fault], fault.value)
            self.choice.setCurrentIndex(self.choice.findData(fault.value))

    def fault(self) -> Fault:
        """The fault that is chosen."""
        return Fault(self.choice.currentData())
