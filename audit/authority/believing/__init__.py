"""Whether a return can be believed: checks without a visit, whom to visit, and what a visit found."""
