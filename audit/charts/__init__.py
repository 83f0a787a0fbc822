"""One function per chart: figures and a title in, a plotly figure out. `audit.exhibits` binds each to its words and its table."""
