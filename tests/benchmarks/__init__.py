"""Speed, as ratios against a named yardstick in the same run; never a test."""
