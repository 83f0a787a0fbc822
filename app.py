"""The app: page configuration and navigation. Run it with ``streamlit run app.py``."""

from __future__ import annotations

import gc

import streamlit as st

if __name__ == "__main__":  # as Streamlit runs it for a page
    from audit.ui.navigation import navigation

    @st.cache_resource
    def _settle() -> None:
        """Once a process: what is loaded by now lives for good, so the collector need not look at it again."""
        gc.collect()
        gc.freeze()

    navigation().run()
    _settle()
else:  # as the server loads it once, before any page
    from streamlit.starlette import App

    from audit.ui.server import for_this_computer, while_serving

    def _first_page() -> None:
        """Loads the modules, the criteria and the database that the first page needs."""
        import audit.store.backup
        import audit.ui.audit_list
        import audit.ui.navigation  # noqa: F401
        from audit.ui.session import store

        store()

    app = App("app.py", middleware=for_this_computer(), lifespan=while_serving(_first_page))
