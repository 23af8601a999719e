"""Measurements of speed: ratios within one run, medians of repeats."""
