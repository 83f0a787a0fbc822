"""Schools side by side: counts, ranks, spread, common gaps and change, for the authority alone."""
