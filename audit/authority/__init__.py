"""What a local authority works out from its schools' returns: no files, no pages, only tables."""
