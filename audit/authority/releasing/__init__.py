"""What leaves the authority's desk: releases, the one check that each passes, and what was held back and why."""
