"""Measures, never a test: speed as ratios against a yardstick of the same run, and how hard the criteria are to read."""
