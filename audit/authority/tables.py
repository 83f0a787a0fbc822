"""The schemas of the tables that compare schools; see `audit.tables` for what a schema is.

In these tables a *school* is one return that counts: one school in one academic year. A figure over a group of schools
is blank if there is nothing to count. Nothing is suppressed, since these tables are for the authority alone: figures to
share are made by `audit.authority.compare.release`.
"""

from __future__ import annotations

from audit.model import PHASES
from audit.tables import COUNTED, KINDS, Column, Schema

VERDICTS = ("accepted", "accepted with warnings", "refused")
ALL = "all"
"""The group of all schools; the other groups are the phases."""
GROUPS = (ALL, *PHASES)
_NOTHING = "nothing applies to these schools"

_SCHOOL: Schema = {
    "urn": Column(dtype="str", means="the school's unique reference number; its newest, if it changed"),
    "school": Column(dtype="str", means="the school's name, or its code where names are hidden"),
    "phase": Column(dtype=PHASES, means="the school's phase"),
    "type": Column(dtype="str", means="group of establishment types in the register", blank="not in the register"),
    "year": Column(dtype="str", means="academic year, as 2026/27"),
}

_SHOWN_SCHOOL: Schema = {
    **_SCHOOL,
    "urn": Column(dtype="str", means="the school's unique reference number, or its code where names are hidden"),
}

RETURNS: Schema = {
    **_SCHOOL,
    "local_authority": Column(dtype="str", means="three-digit code; empty if not given"),
    "basis": Column(dtype="str", means="self-audit or desk review"),
    "scope": Column(dtype="str", means="recommended or all"),
    "completed_on": Column(dtype="datetime64[us]", means="the day it was called complete", blank="still open"),
    "file": Column(dtype="str", means="the file it came in"),
}
"""One row per return that counts, by name of the school, URN and year."""

FILES: Schema = {
    "file": Column(dtype="str", means="path of the file as it was given"),
    "verdict": Column(dtype=VERDICTS, means="what became of it"),
    "counts": Column(dtype="boolean", means="whether it is compared; false if refused or set aside"),
    "set_aside": Column(dtype="str", means="why another return counts in its place; empty if none does"),
    "urn": Column(dtype="str", means="the URN that could be read; empty if none"),
    "school": Column(dtype="str", means="the name that could be read; empty if none"),
    "year": Column(dtype="str", means="academic year; empty if refused"),
    "completed_on": Column(
        dtype="datetime64[us]", means="the day it was called complete", blank="still open, or refused"
    ),
    "last_answer_at": Column(
        dtype="datetime64[us]", means="when its last answer was saved (UTC)", blank="it does not say, or refused"
    ),
    "modified_at": Column(
        dtype="datetime64[us]",
        means="when the workbook was changed last, by what it says (UTC)",
        blank="it does not say",
    ),
    "signed": Column(
        dtype="str", means="which version is signed, and by whom; empty if not, or altered since, or refused"
    ),
    "faults": Column(dtype="Int32", means="problems because of which something was not used"),
    "warnings": Column(dtype="Int32", means="problems that the school should know"),
    "first_problem": Column(dtype="str", means="the first problem as one sentence; empty if none"),
    "digest": Column(dtype="str", means="SHA-256 of the file's bytes"),
}
"""One row per file taken in, in the order of its path."""

PROBLEMS: Schema = {
    "file": Column(dtype="str", means="path of the file as it was given"),
    "urn": Column(dtype="str", means="the URN that could be read; empty if none"),
    "school": Column(dtype="str", means="the name that could be read; empty if none"),
    "sheet": Column(dtype="str", means="name of the sheet; empty if the whole file is meant"),
    "cell": Column(dtype="str", means="address of the cell; empty if the whole sheet is meant"),
    "severity": Column(dtype=("error", "warning"), means="error if something could not be used"),
    "what": Column(dtype="str", means="the fact"),
    "fix": Column(dtype="str", means="the remedy"),
}
"""One row per problem, in the order of the files, and within a file in the order of the cells."""

STANDINGS = ("received", "received with faults", "not received", "not expected")
TRACKER: Schema = {
    "urn": Column(dtype="str", means="the school's URN; its newest, if it changed"),
    "school": Column(dtype="str", means="name in the register, else in the file"),
    "phase": Column(dtype=PHASES, means="phase by the register, else by the file", blank="not known"),
    "type": Column(dtype="str", means="group of establishment types in the register", blank="not in the register"),
    "standing": Column(dtype=STANDINGS, means="what came of it"),
    "file": Column(dtype="str", means="the file that stands for it; empty if none"),
    "remark": Column(dtype="str", means="what to know when chasing it; may be empty"),
}
"""One row per school that is expected or sent a file, for one academic year; by standing, then name."""

_COUNTS: Schema = {
    "applicable": Column(dtype="Int32", means="recommended statements that apply"),
    **{kind: Column(dtype="Int32", means=f"applicable statements that are {kind}") for kind in COUNTED},
    "can_be_met": Column(dtype="Int32", means="met, or met if all that is unknown turns out well"),
    "written_yes": Column(dtype="Int32", means="applicable statements fully written"),
    "practice_in_place": Column(dtype="Int32", means="applicable statements at level 3 or 4"),
}
_DESK = "nothing applies, or a desk review, which says nothing of practice"
COMPARISON: Schema = {
    **_SHOWN_SCHOOL,
    "basis": RETURNS["basis"],
    **_COUNTS,
    "coverage_percent": Column(dtype="Float64", means="coverage, 0 to 100: met of applicable", blank=_DESK),
    "coverage_lowest": Column(dtype="Float64", means="the same if all that is unknown turns out badly", blank=_DESK),
    "coverage_highest": Column(dtype="Float64", means="the same if all that is unknown turns out well", blank=_DESK),
    "written_percent": Column(dtype="Float64", means="written yes of applicable, 0 to 100", blank="nothing applies"),
    "practice_percent": Column(dtype="Float64", means="level 3 or 4 of applicable, 0 to 100", blank=_DESK),
    "promise": Column(
        dtype="Float64",
        means="written less practice percent, of what is known of both: above 0 the policy promises more than is done",
        blank=_DESK,
    ),
    "rank": Column(
        dtype="Int32", means="place by coverage among its peers, 1 highest; equals share one", blank=_NOTHING
    ),
    "peers": Column(dtype="Int32", means="schools of its phase that are ranked, itself included", blank=_NOTHING),
    "quartile": Column(dtype="Int32", means="1 is the lowest quarter of its peers, 4 the highest", blank=_NOTHING),
    "coverage_before": Column(
        dtype="Float64", means="coverage a year earlier, of what both years ask", blank="no return of that year"
    ),
    "change": Column(
        dtype="Float64",
        means="percentage points since a year earlier, of what both years ask",
        blank="no return of that year",
    ),
    "moved": Column(
        dtype=("rose", "stood still", "fell"),
        means="more, as many or fewer met than a year earlier, of the statements that apply in both years",
        blank="no return of that year",
    ),
}
"""One row per school of one academic year, with its rank among its peers."""

_COUNTS_OVER = {name: Column(dtype="Int32", means=f"{c.means}, summed", blank=_NOTHING) for name, c in _COUNTS.items()}
_MOVED = "of the schools with both years, those where"
OVERVIEW: Schema = {
    "group": Column(dtype=GROUPS, means="all schools, or those of one phase"),
    "returns": Column(dtype="Int32", means="returns that count, desk reviews among them"),
    "desk_reviews": Column(dtype="Int32", means="of these, desk reviews, which are in none of the figures that follow"),
    "schools": Column(dtype="Int32", means="self-audits in the figures: something applies", blank=_NOTHING),
    **_COUNTS_OVER,
    "coverage_percent": Column(dtype="Float64", means="coverage: met of applicable, 0 to 100", blank=_NOTHING),
    "coverage_lowest": Column(dtype="Float64", means="the same if all that is unknown turns out badly", blank=_NOTHING),
    "coverage_highest": Column(dtype="Float64", means="the same if all that is unknown turns out well", blank=_NOTHING),
    "written_percent": Column(dtype="Float64", means="written yes of applicable, 0 to 100", blank=_NOTHING),
    "practice_percent": Column(dtype="Float64", means="level 3 or 4 of applicable, 0 to 100", blank=_NOTHING),
    "coverage_compared": Column(
        dtype="Float64",
        means="coverage of the schools with self-audits of both years, of what both ask",
        blank=_NOTHING,
    ),
    "coverage_before": Column(dtype="Float64", means="coverage of the same schools a year earlier", blank=_NOTHING),
    "change": Column(dtype="Float64", means="percentage points between the two", blank=_NOTHING),
    "compared": Column(dtype="Int32", means="schools with self-audits of both years", blank=_NOTHING),
    "rose": Column(dtype="Int32", means=f"{_MOVED} more is met", blank=_NOTHING),
    "stood_still": Column(dtype="Int32", means=f"{_MOVED} as much is met", blank=_NOTHING),
    "fell": Column(dtype="Int32", means=f"{_MOVED} less is met", blank=_NOTHING),
}
"""One row for all schools and one per phase: the sums over schools, and how many of them moved."""

QUESTIONS: Schema = {
    **_SHOWN_SCHOOL,
    "framework": Column(dtype="str", means="id of the framework"),
    "area": Column(dtype="str", means="id of the area"),
    "question": Column(dtype="str", means="id of the question"),
    "topic": Column(dtype="str", means="id and topic of the question, as 2.3.2 Email"),
    **_COUNTS,
    "share": Column(
        dtype="Float64",
        means="met of applicable, 0 to 100; for a desk review written of applicable",
        blank="nothing applies",
    ),
}
"""One row per school and question with recommended statements, in source order within a school."""

COMMON_GAPS: Schema = {
    "group": Column(dtype=GROUPS, means="all schools, or those of one phase"),
    "statement": Column(dtype="str", means="permanent id of the statement"),
    "reference": Column(dtype="str", means="section, mark and number in the source"),
    "area": Column(dtype="str", means="id of the area"),
    "question": Column(dtype="str", means="id of the question"),
    "topic": Column(dtype="str", means="id and topic of the question"),
    "statement_text": Column(dtype="str", means="the statement, restated"),
    "asked_of": Column(dtype="str", means="id of the role most likely to know"),
    "protects": Column(dtype=("directly", "indirectly"), means="whether a child is exposed to harm if it fails"),
    "schools": Column(dtype="Int32", means="schools to which it applies", blank=_NOTHING),
    **{kind: Column(dtype="Int32", means=f"of these, schools where it is {kind}", blank=_NOTHING) for kind in COUNTED},
    "missing": Column(dtype="Int32", means="of these, schools where it is a gap of any kind", blank=_NOTHING),
    "share_missing": Column(dtype="Float64", means="missing of schools, 0 to 100", blank=_NOTHING),
}
"""One row per group and recommended statement, the most often missed first within each group."""

TRAINING: Schema = {
    "priority": Column(dtype="Int32", means="1 is the topic to train first"),
    "topic": Column(dtype="str", means="id and topic of the question"),
    "role": Column(dtype="str", means="title of the role to train"),
    "statements": Column(dtype="str", means="references of the statements that it is about, comma between"),
    "content": Column(dtype="str", means="what the training is to bring about, from the criteria"),
    "schools": Column(dtype="Int32", means="schools that need it: at least one of its statements is not done there"),
    "of": Column(dtype="Int32", means="schools to which any of its statements applies"),
    "directly": Column(dtype="boolean", means="whether one of its statements protects a child directly"),
}
"""One row per topic and role, most schools first."""

TRAINING_SCHOOLS: Schema = {
    **{name: TRAINING[name] for name in ("priority", "topic", "role", "statements")},
    **{name: _SHOWN_SCHOOL[name] for name in ("urn", "school", "phase")},
}
"""One row per training and school that needs it, in the order of the trainings and of the schools' names."""

CHANGE_STATES = (
    "closed",
    "opened",
    "still open",
    "still met",
    "newly known",
    "no longer known",
    "no longer applicable",
    "newly applicable",
)
CHANGES: Schema = {
    **{name: _SHOWN_SCHOOL[name] for name in ("urn", "school", "phase")},
    "statement": Column(dtype="str", means="permanent id of the statement"),
    "reference": Column(dtype="str", means="section, mark and number in the source"),
    "topic": Column(dtype="str", means="id and topic of the question"),
    "statement_text": Column(dtype="str", means="the statement, restated"),
    "before": Column(dtype=KINDS, means="the state a year earlier"),
    "after": Column(dtype=KINDS, means="the state now"),
    "change": Column(dtype=CHANGE_STATES, means="what became of it"),
}
"""One row per school with self-audits of both years, and recommended statement that counts in both and applies in one or both."""

CREDIBILITY: Schema = {
    "urn": Column(dtype="str", means="the school's URN"),
    "school": Column(dtype="str", means="the school's name or code"),
    "phase": Column(dtype=PHASES, means="the school's phase"),
    "check": Column(dtype="str", means="id of the check that found something"),
    "title": Column(dtype="str", means="the check in a few words"),
    "finding": Column(dtype="str", means="what was found, as one sentence"),
    "weight": Column(dtype="Int32", means="how much it weighs against belief, 1 to 3"),
}
"""One row per school and check that found something; the school with the greatest total weight comes first."""

DOUBTS: Schema = {
    "urn": Column(dtype="str", means="the school's URN"),
    "school": Column(dtype="str", means="the school's name or code"),
    "phase": Column(dtype=PHASES, means="the school's phase"),
    "checks": Column(dtype="Int32", means="checks that found something"),
    "weight": Column(dtype="Int32", means="the sum of their weights"),
    "titles": Column(dtype="str", means="the titles of these checks, semicolon between"),
}
"""One row per school for which a check found something; greatest weight first."""

VISITS: Schema = {
    "order": Column(dtype="Int32", means="1 is the school to visit first"),
    "urn": Column(dtype="str", means="the school's URN"),
    "school": Column(dtype="str", means="the school's name or code"),
    "phase": Column(dtype=PHASES, means="the school's phase"),
    "rule": Column(dtype="str", means="the rule that chose it first"),
    "reason": Column(dtype="str", means="why, as one sentence with the figures"),
}
"""One row per school of the visit sample."""

READINGS: Schema = {
    "urn": Column(dtype="str", means="the school's URN"),
    "year": Column(dtype="str", means="academic year"),
    "statement": Column(dtype="str", means="permanent id of the statement"),
    "written": Column(dtype="str", means="what the adviser found", blank="not looked at"),
    "practice": Column(dtype="str", means="level 0 to 4 as text, or unknown", blank="not looked at"),
    "note": Column(dtype="str", means="what was seen; may be empty"),
}
"""One row per statement that the adviser has checked: the moderation."""

AGREEMENT: Schema = {
    "statement": Column(dtype="str", means="permanent id of the statement, or all"),
    "reference": Column(dtype="str", means="section, mark and number in the source; empty for all"),
    "answer": Column(dtype=("written", "practice"), means="which of the two answers"),
    "pairs": Column(dtype="Int32", means="schools where both the school and the adviser gave a known answer"),
    "exact": Column(dtype="Float64", means="percent of pairs that are the same", blank="too few pairs"),
    "kappa": Column(
        dtype="Float64", means="weighted kappa, quadratic weights, -1 to 1", blank="too few pairs, or no spread"
    ),
    "bias": Column(
        dtype="Float64",
        means="mean of school less adviser, in steps of the scale; above 0 the school rates itself higher",
        blank="too few pairs",
    ),
}
"""One row per answer over all statements, then one per statement and answer."""

SPREAD: Schema = {
    "group": Column(dtype=GROUPS, means="all schools, or those of one phase"),
    "measure": Column(dtype=("coverage", "written", "practice", "area", "question"), means="what is spread"),
    "question": Column(dtype="str", means="id of the area or question; empty unless the measure is one"),
    "topic": Column(dtype="str", means="id and title of the area, or id and topic of the question; empty likewise"),
    "schools": Column(dtype="Int32", means="schools in the figure", blank=_NOTHING),
    "lower": Column(dtype="Float64", means="lower quartile, 0 to 100", blank=_NOTHING),
    "median": Column(dtype="Float64", means="median, 0 to 100", blank=_NOTHING),
    "upper": Column(dtype="Float64", means="upper quartile, 0 to 100", blank=_NOTHING),
}
"""One row per group and measure, area or question: the benchmark file is this table."""
