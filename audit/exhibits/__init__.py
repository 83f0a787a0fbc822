"""What an output shows, thing by thing: the only place where a chart meets its words and its table."""
