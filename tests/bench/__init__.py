"""Speed and memory, as ratios within one run against something outside. Run with ``make bench``."""
