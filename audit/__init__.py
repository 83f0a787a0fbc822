"""An online-safety self-audit for schools: criteria, answers, gaps, reports."""
