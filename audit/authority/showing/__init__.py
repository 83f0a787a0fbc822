"""The tables in the shape and the words in which pages, reports and sheets show them."""
