"""Write back: a letter for each school, figures to share, and the comparison for the authority alone."""

import streamlit as st

from audit.ui.collecting import desk
from audit.ui.releasing import offer_release
from audit.ui.writing_back import choose_settings, offer_comparison, offer_letters

st.title("Write back")
at = desk()
letters, shared, own = st.tabs(["Letters", "Figures to share", "Authority only"])
with letters:
    settings = choose_settings(at.collection)
    if settings is not None:
        offer_letters(at, settings)
with shared:
    offer_release(at)
with own:
    offer_comparison(at)
