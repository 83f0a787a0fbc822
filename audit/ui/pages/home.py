"""Home: what this is, the audits at hand, a new one, and the examples one click away."""

import streamlit as st

from audit import questionnaire
from audit.ui.components import literal
from audit.ui.examples import EXAMPLES, open_example
from audit.ui.session import criteria, go_to, open_audit, store

st.title("Online safety self-audit")
st.write(
    "See whether your school's online safety is written in its policy and done in practice, statement by statement. "
    "Answer at your own pace; you get a gap report to act on, and a workbook for your local authority."
)
if st.button("Start a new audit", type="primary", icon=":material/add_circle:"):
    st.switch_page("audit/ui/pages/start.py")

st.header("Your audits")
cards = store().cards()
if not cards:
    st.write("There are none yet. Start one, or open an example below to look around: nothing can break.")
for card in cards:
    audit = store().load(card.id)
    if audit is None:
        continue
    now = questionnaire.progress(audit, criteria())
    with st.container(border=True):
        left, right = st.columns([3, 1], vertical_alignment="center")
        with left:
            kind = "" if card.basis == "self-audit" else " · desk review"
            st.markdown(f"**{literal(card.school.name)}** · {card.year}{kind}")
            st.caption(f"{now.answered} of {now.asked} answered · last changed {card.touched_at:%d %B %Y}")
        with right:
            done = now.answered == now.asked
            if st.button("See the report" if done else "Continue", key=f"open-{card.id}", width="stretch"):
                open_audit(card.id, card.page)
                go_to("report") if done else go_to("answer", **({"question": card.page} if card.page else {}))

st.header("Examples to look at")
st.write("Two invented schools with two years each, and readings of two schools' published policies.")
for example in EXAMPLES:
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left:
        st.markdown(f"**{example.title}** · {example.about}")
    with right:
        if st.button("Open", key=f"example-{example.file}", width="stretch", help=f"Open {example.title}"):
            open_example(example)
            go_to("report")

st.header("What happens to what you type")
st.write(
    "It stays on the computer that runs this tool, in one database file in the folder `data`. Nothing is sent anywhere "
    "until you download a file and send it yourself. No pupil data belongs here, and people are named by role."
)
