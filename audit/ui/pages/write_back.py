"""Write back: a letter for each school, the comparison as workbook and report, and the benchmark file."""

import streamlit as st

from audit.ui.collecting import desk
from audit.ui.writing_back import choose_settings, offer_benchmark, offer_comparison, offer_letters

st.title("Write back")
at = desk()
letters, comparison, benchmark = st.tabs(["Letters", "Comparison", "Benchmark file"])
with letters:
    settings = choose_settings(at.collection)
    if settings is not None:
        offer_letters(at, settings)
with comparison:
    offer_comparison(at)
with benchmark:
    offer_benchmark(at)
