"""The words of history: what changed between audits and over the years, and what happened to an audit.

What happened is kept as data (`audit.model.Event`), and words are made from it when it is shown: a change of wording
changes no stored state.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from audit import theme
from audit.english import agree, day_in_figures, first_capital, listed, percent, plural, whole_percent
from audit.identifiers import authority_name
from audit.model import NOTE, Event, Kind
from audit.school.moves import MOVED
from audit.school.proposals import ASKS
from audit.school.transition import WITHOUT_COUNTERPART

if TYPE_CHECKING:
    from audit.school.moves import Followed, Move, MoveCounts, Moved, Now
    from audit.school.outcome import Outcome

_NOT_ASKED = "Not asked"
_NOT_READ = "Not read"


def changed_in_words(changed: pd.DataFrame) -> str:
    """What became of the statements that two audits ask, in a few sentences.

    Args:
        changed: CHANGED of two audits.
    """
    compared = changed[~changed["change"].isin(WITHOUT_COUNTERPART)]
    if compared.empty:
        return "The two audits ask no recommended statement in common, so nothing can be said."
    counts = {change: int(number) for change, number in changed["change"].value_counts().items()}
    if counts["not answered yet"] == len(compared):
        return f"Nothing is answered or confirmed in {changed['year'].iloc[0]} yet, so nothing can be said."
    since = changed["year_before"].iloc[0]
    sentences = [
        f"Since {since}, {plural(counts['closed'], 'gap')} {agree(counts['closed'], 'was', 'were')} closed and {counts['opened']} opened; "
        f"{counts['still open']} {agree(counts['still open'])} still open, and {counts['still met']} still met."
    ]
    known = changed[changed["change"] == "newly known"]
    if not known.empty:
        met = int((known["after"] == "met").sum())
        sentences.append(f"{_statements(len(known))} newly known: {met} met, {plural(len(known) - met, 'gap')}.")
    for change in ("no longer known", "no longer applicable", "newly applicable", "not answered yet"):
        if counts[change]:
            sentences.append(f"{_statements(counts[change])} {change}.")
    return " ".join(sentences)


def _statements(number: int) -> str:
    return f"{plural(number, 'statement')} {agree(number)}"


def apart_in_words(before: Outcome, now: Outcome, changed: pd.DataFrame) -> str:
    """What cannot be compared, and why; empty if everything can.

    Args:
        before: the earlier audit.
        now: the later audit.
        changed: CHANGED of the two.
    """
    counts = changed["change"].value_counts()
    parts = [
        f"{int(counts[change])} {words}"
        for change, words in (
            ("changed meaning", "changed in meaning"),
            (
                "overtaken",
                f"no longer asked in {now.audit.year}, because law or guidance has overtaken {agree(int(counts['overtaken']), 'it', 'them')}",
            ),
            ("only earlier", f"asked in {before.audit.year} only"),
            ("only later", f"asked in {now.audit.year} only"),
        )
        if counts[change]
    ]
    sentences = []
    if "desk review" in (before.audit.basis, now.audit.basis):
        sentences.append(
            "A desk review reads a policy only: what is done is not known from it, so little can be compared."
        )
    if parts:
        sentences.append(f"Recommended statements that cannot be compared, and are shown apart: {', '.join(parts)}.")
    for result in (before, now):
        if names := result.without_wording:
            statements = f"{plural(len(names), 'statement')} answered in {result.audit.year}"
            sentences.append(f"The wording of {statements} is not here: {', '.join(names)}.")
    return " ".join(sentences)


def changed_table(changed: pd.DataFrame) -> pd.DataFrame:
    """CHANGED in words, one row per statement; a last column gives the reason for those that are no longer asked.

    Args:
        changed: CHANGED, or some of its rows.
    """
    table = pd.DataFrame(
        {
            "Reference": changed["reference"],
            "Statement": changed["statement_text"],
            "Before": [_state(kind) for kind in changed["before"]],
            "After": [_state(kind) for kind in changed["after"]],
        }
    )
    reasons = changed["because"]
    return table.assign(Why=reasons.fillna("")) if reasons.notna().any() else table


def by_change(changed: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
    """The rows of CHANGED in words, by change, in the order of `audit.school.transition.CHANGES`; only changes that occur."""
    return {str(change): changed_table(rows) for change, rows in changed.groupby("change", observed=True)}


def _state(kind: Kind) -> str:
    return _NOT_ASKED if pd.isna(kind) else theme.words(kind)


_STILL, _IN_PART = "in other words", "in part"
_OTHERWISE: Mapping[str, tuple[str, str]] = {
    "no longer asked": ("is no longer asked", "are no longer asked"),
    "not asked of this audit": ("is not asked of this audit", "are not asked of this audit"),
    "not sure": ("has no sure counterpart", "have no sure counterpart"),
    "changed meaning": ("has changed its meaning since", "have changed their meaning since"),
}
"""What is said of one and of several statements that are asked neither in other words nor in part."""


def moved_title(counts: MoveCounts, whose: str = "you") -> str:
    """Where the statements went that were met in an edition that is asked no more, or not alone; without a full stop.

    Args:
        counts: the figures of the move.
        whose: who met them, as the subject of a sentence within it: ``you``, ``the school``.
    """
    place, then = f" in {counts.called}", f"in {counts.called_before} in {counts.year_before}"
    if not counts.met.statements:
        return f"{first_capital(whose)} met no statement {then}"
    if counts.met.statements == 1:
        return f"The one statement that {whose} met {then} {_one_followed(counts.met, place)}"
    return f"Of the {counts.met.statements} statements that {whose} met {then}, {_many_followed(counts.met, place)}"


def moved_besides(counts: MoveCounts) -> tuple[str, ...]:
    """What `moved_title` leaves unsaid, a line for each state: the others of those met, gaps, not known, set aside."""
    lines = [_others(counts.met)]
    if not counts.gaps.statements:
        lines.append("There was no known gap that year.")
    for followed, one, several in (
        (counts.gaps, "gap of that year", "gaps of that year"),
        (counts.not_known, "statement that was not known then", "statements that were not known then"),
        (counts.not_applicable, "statement that was set aside then", "statements that were set aside then"),
    ):
        if followed.statements == 1:
            lines.append(f"The one {one} {_one_followed(followed, now=' now')}.")
        elif followed.statements:
            of = f"Of the {followed.statements} {several}"
            lines.append(f"{of}, {_many_followed(followed, now=' now')}. {_others(followed)}".strip())
    return tuple(filter(None, lines))


def _one_followed(followed: Followed, place: str = "", now: str = "") -> str:
    """What became of the one statement, as the rest of a sentence.

    Args:
        followed: its figures.
        place: in which criteria it is asked.
        now: a word that follows ``met``.
    """
    became = next(name for name in MOVED if followed.became.get(name, 0))
    if became == _STILL:
        return f"is still asked in other words{place}; {_one_now(followed, 'it', now)}"
    if became == _IN_PART:
        return f"is asked in part{place}"
    return _OTHERWISE[became][0] + ("" if became == "changed meaning" else place)


def _many_followed(followed: Followed, place: str = "", now: str = "") -> str:
    """How many of several statements are asked in other words, how many in part, and how many of the former are met."""
    still, in_part = (followed.became.get(name, 0) for name in (_STILL, _IN_PART))
    if not still and not in_part:
        return f"none is still asked{place}"
    if not still:
        return f"none is still asked in other words{place}, and {in_part} in part"
    of_all = "all are" if still == followed.statements else f"{still} {agree(still)}"
    part = f", {in_part} in part" if in_part else ""
    the_one = "the one in other words" if in_part else "it"
    met_now = _one_now(followed, the_one, now) if still == 1 else _many_now(followed, still, now)
    return f"{of_all} still asked in other words{place}{part}; {met_now}"


def _one_now(followed: Followed, subject: str, now: str) -> str:
    """The state of the one statement that is asked in other words, as a sentence about the subject."""
    state = next(iter(followed.now))
    return {
        "met": f"{subject} is met{now}",
        "gap": f"{subject} is not met{now}",
        "not known": f"whether {subject} is met is not known yet",
        "not applicable": f"{subject} is set aside as not applicable",
    }[state]


def _many_now(followed: Followed, still: int, now: str) -> str:
    """The states of several statements that are asked in other words; the gaps are what is left."""
    met = followed.now.get("met", 0)
    if met == still:
        return f"all {still} are met{now}"
    if followed.now.get("not known", 0) == still:
        return f"whether the {still} are met is not known yet"
    parts = [f"{met or 'none'} {agree(met or 1)} met{now}"]
    states: tuple[tuple[Now, str], ...] = (
        ("not known", "not known yet"),
        ("not applicable", "set aside as not applicable"),
    )
    parts += [f"{number} {agree(number)} {words}" for state, words in states if (number := followed.now.get(state, 0))]
    return f"of the {still}, {listed(parts)}"


def _others(followed: Followed) -> str:
    """What became of the statements that are asked neither in other words nor in part; empty if there are none."""
    found = {name: number for name in _OTHERWISE if (number := followed.became.get(name, 0))}
    number = sum(found.values())
    if followed.statements < 2 or not number:
        return ""
    if len(found) > 1:
        each = listed(f"{found[name]} {agree(found[name], *_OTHERWISE[name])}" for name in found)
        return f"Of {'these' if number == followed.statements else f'the other {number}'}, {each}."
    (became,) = found
    if number == followed.statements:
        return "" if became == "no longer asked" else f"They {_OTHERWISE[became][1]}."
    return f"The other {'one' if number == 1 else number} {agree(number, *_OTHERWISE[became])}."


def moved_table(move: Move) -> pd.DataFrame:
    """A `Move` in words, one row per recommended statement of the earlier audit, by what became of it.

    A cell has a line for each counterpart; ``Why`` says why a statement has none that counts.
    """
    order = list(MOVED)
    rows = [
        (
            moved.criterion.statement.reference,
            moved.criterion.statement.statement,
            _state(moved.before),
            MOVED[moved.became].heading,
            "\n".join(counterpart_lines(moved)),
            "\n".join(_state(counterpart.kind) for counterpart in moved.counterparts),
            moved.because,
        )
        for moved in sorted(move.statements, key=lambda moved: order.index(moved.became))
    ]
    columns = ["Reference", "Statement", f"In {move.before.audit.year}", "What became of it"]
    columns += [f"Asked now, in {move.now.framework.called}", f"In {move.now.audit.year}", "Why"]
    return pd.DataFrame(rows, columns=columns)


def counterpart_lines(moved: Moved) -> tuple[str, ...]:
    """One line for each statement that the later audit asks instead: reference, how it compares, and its words."""
    return tuple(
        f"{one.criterion.statement.reference} ({ASKS[one.relation]}): {one.criterion.statement.statement}"
        for one in moved.counterparts
    )


def by_move(move: Move) -> Mapping[str, tuple[Moved, ...]]:
    """The statements of a move by what became of them, in the order of `audit.school.moves.MOVED`; only what occurs."""
    groups = {name: tuple(one for one in move.statements if one.became == name) for name in MOVED}
    return {name: statements for name, statements in groups.items() if statements}


def break_in_words(moves: Sequence[Move], whose: str = "you") -> str:
    """Why the figures of an edition begin in a year, with where the statements of the editions before went.

    Args:
        moves: from the audit before to the first one of the edition; nothing is said for none.
        whose: who met the statements.
    """
    if not moves:
        return ""
    now, before = moves[0].now, moves[0].before
    names = listed(move.before.framework.called for move in moves)
    return " ".join(
        [
            f"The figures of {now.framework.called} begin in {now.audit.year}. Those of {names} in {before.audit.year} "
            "are about other questions, so no line joins them.",
            *(f"{moved_title(move.counts, whose)}." for move in moves),
        ]
    )


def trend_title(comparable: pd.DataFrame, coverage: str) -> str:
    """Coverage of the latest year and the year before; for the chart of the years.

    It is called higher or lower only if the two ranges do not overlap. If the years do not all ask the same, it says over
    how many statements they are compared.

    Args:
        comparable: the rows of TREND that can be compared with each other.
        coverage: what the framework calls its coverage, within a sentence.
    """
    known = comparable[comparable["coverage_lowest"].notna()]
    if known.empty:
        return f"No year has a figure for {coverage} yet"
    last = known.iloc[-1]
    over = _over(int(last["recommended"])) if last["over"] == "common" else ""
    latest = f"{first_capital(coverage)}{over} is {_span(last, 'coverage')} in {last['year']}"
    if len(known) == 1:
        return f"{latest}, the only year with one"
    earlier = known.iloc[-2]
    the_year_before = f"in {earlier['year']} ({_span(earlier, 'coverage')})"
    if last["coverage_lowest"] > earlier["coverage_highest"]:
        return f"{latest}, higher than {the_year_before}"
    if last["coverage_highest"] < earlier["coverage_lowest"]:
        return f"{latest}, lower than {the_year_before}"
    if (
        last["coverage_highest"] == earlier["coverage_lowest"]
        and last["coverage_lowest"] == earlier["coverage_highest"]
    ):
        return f"{latest}, as in {earlier['year']}"
    return f"{latest}; whether it is higher than {the_year_before} is not known yet"


def _over(common: int) -> str:
    """Over which statements the years are compared, after the name of their coverage."""
    return f" over the {plural(common, 'statement')} that every year asks"


def comparable_in_words(trend: pd.DataFrame) -> str:
    """Over which statements the years can be compared, and why the others are left out; empty if all years ask the same.

    Args:
        trend: TREND.
    """
    all_asked = trend[trend["over"] == "all"]
    if not all_asked["no_counterpart"].any():
        return ""
    common = int((all_asked["recommended"] - all_asked["no_counterpart"]).min())
    years = [_year(year, basis) for year, basis in zip(all_asked["year"], all_asked["basis"], strict=True)]
    asked = listed(f"{number} in {year}" for number, year in zip(all_asked["recommended"], years, strict=True))
    apart = listed(
        f"{number} in {year}" for number, year in zip(all_asked["no_counterpart"], years, strict=True) if number
    )
    sentences = [
        f"The years do not all ask the same. Recommended statements asked: {asked}.",
        f"The chart counts the {common} that every year asks in the same meaning.",
        f"Without a counterpart, and in the table only: {apart}.",
    ]
    sentences += [
        f"{year} no longer asks {number}, because law or guidance has overtaken {agree(number, 'it', 'them')}."
        for number, year in zip(all_asked["overtaken"], years, strict=True)
        if number
    ]
    return " ".join(sentences)


def _year(year: str, basis: str) -> str:
    return f"{year} (desk review)" if basis == "desk review" else year


def trend_table(trend: pd.DataFrame, coverage: str) -> pd.DataFrame:
    """TREND in words: one row per audit; if the years do not ask the same, a second row per audit over the common ones.

    Args:
        trend: TREND.
        coverage: what the framework calls its coverage, within a sentence.
    """
    apart = bool(trend["no_counterpart"].any())
    shown = trend if apart else trend[trend["over"] == "all"]
    table = pd.DataFrame(
        {
            "Year": [_year(year, basis) for year, basis in zip(shown["year"], shown["basis"], strict=True)],
            "Counted": ["All it asks" if over == "all" else "Common to all years" for over in shown["over"]],
            "Apply": shown["applicable"],
            "Met": [_NOT_READ if pd.isna(row["coverage_lowest"]) else row["met"] for _, row in shown.iterrows()],
            first_capital(coverage): [_span(row, "coverage") for _, row in shown.iterrows()],
            "Written": [_span(row, "written") for _, row in shown.iterrows()],
            "Done": [_span(row, "practice") for _, row in shown.iterrows()],
            "Not known": shown["not_known"],
            "Without counterpart": shown["no_counterpart"],
        }
    )
    return table if apart else table.drop(columns=["Counted", "Without counterpart"])


def _span(row: pd.Series, measure: str) -> str:
    low, high = row[f"{measure}_lowest"], row[f"{measure}_highest"]
    if pd.isna(low):
        return _NOT_READ if row["applicable"] else percent(0, 0)
    return whole_percent(low) if low == high else f"{whole_percent(low)} to {whole_percent(high)}"


_State = Mapping[str, Any]
_ACTION = ("statement", "what", "role", "due", "status", "note")
_SCHOOL = {"name": "name", "urn": "URN", "phase": "phase", "local_authority": "local authority"}
WORDS_ONLY = "words"
"""The key in a state for which an earlier release stored only words."""


def event_words(event: Event) -> str:
    """What happened, in words."""
    if event.kind == NOTE:
        return event.what
    return _WORDS.get(event.kind, _any_kind)(event)


def _begun(event: Event) -> str:
    year = _value(event.after, "carried_from")
    return f"Begun with the answers of {year}" if year else "Begun"


def _action_changed(event: Event) -> str:
    return f"Action changed: {_action(event.before)} → {_action(event.after)}"


def _signed(event: Event) -> str:
    statement = _value(event.after, "statement")
    words = f": {statement}" if statement else ""
    return f"Version {event.subject} signed by the {_value(event.after, 'role')}, {_value(event.after, 'on')}{words}"


def _school_changed(event: Event) -> str:
    before, after = event.before or {}, event.after or {}
    changed = [
        f"{words}: {_detail(name, before.get(name))} → {_detail(name, after.get(name))}"
        for name, words in _SCHOOL.items()
        if before.get(name) != after.get(name)
    ]
    return f"School details changed: {'; '.join(changed)}" if changed else _any_kind(event)


def _detail(name: str, value: Any) -> str:
    """One detail of a school in words: an authority with its name, an empty detail as *none*."""
    text = str(value or "")
    if name == "local_authority" and (title := authority_name(text)) != text:
        return f"{title} ({text})"
    return text or "none"


def _any_kind(event: Event) -> str:
    """The words for a kind that has no wording in `_WORDS`: the kind, its subject, the state before and after."""
    head = f"{event.kind[:1].upper()}{event.kind[1:]}" + (f" ({event.subject})" if event.subject else "")
    states = " → ".join(_plain(state) for state in (event.before, event.after) if state is not None)
    return f"{head}: {states}" if states else head


def _plain(state: _State) -> str:
    if WORDS_ONLY in state:
        return str(state[WORDS_ONLY])
    return "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in state.items() if value not in ("", None))


def _action(state: _State | None) -> str:
    """An action on one line; empty fields are left out."""
    if state is None or WORDS_ONLY in state:
        return _value(state, WORDS_ONLY)
    words = {name: str(state.get(name) or "") for name in _ACTION}
    if words["due"]:
        words["due"] = f"due {day_in_figures(dt.date.fromisoformat(words['due']))}"
    return "; ".join(filter(None, words.values()))


def _value(state: _State | None, name: str) -> str:
    """One value of a state as text; empty if there is none."""
    return "" if state is None else str(state.get(name) or "")


_WORDS: Mapping[str, Callable[[Event], str]] = {
    "begun": _begun,
    "action added": lambda event: f"Action added: {_action(event.after)}",
    "action changed": _action_changed,
    "action replaced": lambda event: f"Action replaced by a workbook's: {_action(event.before)}",
    "signed": _signed,
    "reopened": lambda event: f"Version {event.subject} reopened: {_value(event.after, 'because')}",
    "school changed": _school_changed,
    "criteria added": lambda event: f"Criteria added: {_value(event.after, 'criteria')}",
    "taken": lambda event: f"Version {event.subject} taken from a signed workbook",
}
