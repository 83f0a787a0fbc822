"""How far the reading of a collection's files has come."""

from __future__ import annotations

import streamlit as st

from audit.english import plural
from audit.ui.components import literal
from audit.ui.fragments import fragment
from audit.ui.intake_job import IntakeJob, is_current
from audit.ui.session import authority_store, criteria


def show_progress(job: IntakeJob) -> None:
    """A bar while it runs; what to do if it stopped before its end. Of a reading that has ended the page is drawn anew."""
    if job.is_superseded or job.is_complete:
        st.rerun()  # another tab gave another register while this page was made, or the last file was read
    if job.is_running:
        _running(job)
    else:
        if job.failed:
            st.error(f"The reading broke off: {literal(job.failed)}. What was read is kept.")
        left = job.of - job.done
        st.write(f"{job.done} of {plural(job.of, 'file')} are read; {left} wait to be read.")
        if st.button("Read the rest", type="primary"):
            job.start(authority_store(), criteria())
            st.rerun()


@fragment(run_every=0.5)
def _running(job: IntakeJob) -> None:
    done, of = job.done, max(job.of, 1)
    st.progress(min(1.0, done / of), text=", ".join(filter(None, (f"{done} of {job.of} files read", job.left))))
    if st.button("Cancel", help="What is read so far is kept."):
        job.cancel()
    if job.is_superseded or not job.is_running:
        st.rerun()


@fragment(run_every=2)
def watch(job: IntakeJob) -> None:
    """Draws the page anew as soon as another tab has changed the files or the register, so that no figure outlives them."""
    if not is_current(job, authority_store()):
        st.rerun()
