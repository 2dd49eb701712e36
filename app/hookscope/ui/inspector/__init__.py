"""The inspector of a delivery: what arrived, what was answered, which attempts there were."""
