"""Schools side by side: counts, ranks, spread, common gaps, change, and which figures may be shown."""
