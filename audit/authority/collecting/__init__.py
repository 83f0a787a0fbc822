"""What came of the files: who is expected, which return counts, what is wrong with each, who is awaited."""
