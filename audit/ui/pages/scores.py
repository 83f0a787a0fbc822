"""How the scores work: in plain words, with an example whose figures the scoring code calculates."""

import pandas as pd
import streamlit as st

from audit import theme
from audit.english import first_capital, percent
from audit.model import Response, practice_labels
from audit.school.scoring import can_be_met, kind_of
from audit.tables import COUNTED
from audit.ui.components import show_table
from audit.ui.session import loaded_criteria

criteria = loaded_criteria()
st.title("How the scores work")
st.write(
    "Each statement has two answers: is it written in your policy, and is it done? Only the recommended statements "
    "for your phase count. Optional statements never count against you. An audit can answer several sets of criteria; "
    "their figures are never added up."
)
show_table(
    pd.DataFrame(
        [(f.title, first_capital(f.coverage_called), f.about_marks) for f in criteria.frameworks],
        columns=["Criteria", "Its figure", "What is recommended"],
    ),
    "The sets of criteria",
)
st.header("How far is it done?")
show_table(
    pd.DataFrame([(p.practice_label, p.means) for p in criteria.practice_levels], columns=["Level", "It means"]),
    "The five practice levels",
)
st.header("Four kinds of gap")
st.write("A statement is met if the policy says it (yes) and practice is at level 3 or 4. Anything else is a gap.")
show_table(
    pd.DataFrame(
        [
            (theme.words(kind), theme.STATES[kind].means, theme.STATES[kind].closes or "Nothing to do.")
            for kind in COUNTED
        ],
        columns=["State", "It means", "What closes it"],
    ),
    "States of a statement",
)
st.header("Coverage and its range")
st.write(
    "Coverage is the share of the recommended statements that apply which are met. While answers are missing or "
    "unknown it is a range: the lowest value counts every unknown as not met, the highest as met. Finding out "
    "cannot mend what is known to fail, so a statement that the policy does not say counts as not met in both."
)
st.subheader("A worked example")
example = (
    ("Email accounts", Response(written="yes", practice=4)),
    ("Filtering", Response(written="yes", practice=2)),
    ("Images", Response(written="partly", practice=3)),
    ("Staff training", Response(written="no", practice=1)),
    ("System security", Response(written="yes", practice="unknown")),
    ("Videoconferencing", Response(not_applicable="No equipment.")),
)
practices = practice_labels(criteria.practice_levels)
show_table(
    pd.DataFrame(
        [
            (
                about,
                theme.WRITTEN_WORDS.get(response.written or "", "–"),
                "–" if response.practice is None else practices[response.practice],
                theme.words(kind_of(response)),
            )
            for about, response in example
        ],
        columns=["Statement about", "Written", "Done", "State"],
    ),
    "Six answers and their states",
)
applicable = [response for _, response in example if not response.not_applicable]
met = sum(kind_of(response) == "met" for response in applicable)
most = sum(map(can_be_met, applicable))
st.write(
    f"One of the six does not apply, so {len(applicable)} count. {met} is met: {percent(met, len(applicable))}. If "
    f"practice in system security turns out to be in place, {most} are: {percent(most, len(applicable))}. "
    f"Coverage is {percent(met, len(applicable))} to {percent(most, len(applicable))}."
)
st.header("Which gap first?")
st.write(
    "First the statements whose failure exposes a child directly to harm; which these are is our judgement and the "
    "criteria say so. Then what the law asks, before guidance, standards and recommendations, where the criteria tell "
    "these apart. Then what is neither written nor done, not done, not written, not known. Then the lowest practice "
    "level, and last the order of the source."
)
st.caption(theme.SELF_REPORTED)
