"""Can a self-audit be believed? Checks that need no visit, one function each, and the schools that leave most to ask about.

A finding is a reason to ask and never a verdict: each can have an innocent explanation, and says only what was
seen. Every check looks at the recommended statements that apply to the school. `audit.school.review` decides what
evidence is missing, thin or repeated, as it does for one school; a check reports it only if it is so in nearly all of
the return.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.authority.returns import (
    DONE,
    KIND,
    LEVEL,
    PRACTICE_KNOWN,
    WRITTEN_KNOWN,
    WRITTEN_RANK,
    Flags,
    Returns,
    lookup,
)
from audit.authority.tables import CREDIBILITY, DOUBTS
from audit.english import plural, whole_minutes
from audit.school.review import EMBEDDED, is_embedded_unwritten, is_missing, is_thin, same_text
from audit.tables import KINDS, typed

MANY = 10
"""Fewest statements or evidence texts: with fewer, a pattern may be chance, or the return may just have been begun."""
MOST = 0.75
"""From this share on, something is the rule in a return: three in four. Schools seldom give evidence for everything, so a
check of evidence with a limit of one half would name too many schools to be useful."""
NEARLY_ALL = 0.9
"""Share of the applicable statements; it is less than all because a hurried return may have one or two honest gaps."""
SECONDS_EACH = 20
"""The time to read one statement and give two answers, without looking anything up or asking anybody."""
SOME_EMBEDDED = 3
"""Fewest statements; one or two may be typing errors."""
WORDY = 30
"""Letters without spaces: about six words. Two schools may well write the same shorter phrase by chance."""
SHARED = 5
"""Different long texts that two schools have in common; fewer may come from advice that both have read."""
COMMON = 10
"""Schools; a text that more schools use is a model text of the authority or of a trust."""

_EMBEDDED_UNWRITTEN = lookup(is_embedded_unwritten).astype(bool)
_EVIDENCE = np.dtype([("row", np.int64), ("place", np.int64), ("text", np.int64), ("length", np.int64)])
"""One evidence text: its return and statement, a number that equal texts share, and its number of letters."""

Numbers = npt.NDArray[np.int64]
Findings = Iterator[tuple[int, str]]
"""The number of a return, and what was found about it as one sentence."""


@dataclass(frozen=True)
class Seen:
    """The data for the checks: the self-audits of one academic year."""

    returns: Returns

    @cached_property
    def evidence(self) -> npt.NDArray[np.void]:
        """By return, every evidence text of an applicable statement; equal texts have the same number."""
        numbered = (
            # a hash of 64 bits takes less memory than a second copy of the texts of 25,000 schools
            (row, place, hash(same := same_text(evidence)), len(same))
            for row, item in enumerate(self.returns.items)
            for place, (_, evidence, _) in item.texts.items()
            if not is_missing(evidence)
        )
        texts = np.fromiter(numbered, dtype=_EVIDENCE)
        applies: npt.NDArray[np.bool_] = self.returns.applicable[texts["row"], texts["place"]]
        return texts[applies]

    @cached_property
    def claims(self) -> Flags:
        """By return and statement: whether it is applicable and the school claims practice level 3 or 4."""
        claims: Flags = self.returns.applicable & DONE[self.returns.codes]
        return claims

    @cached_property
    def claimed_evidence(self) -> npt.NDArray[np.void]:
        """The evidence texts of the claimed statements."""
        claimed: npt.NDArray[np.bool_] = self.claims[self.evidence["row"], self.evidence["place"]]
        texts: npt.NDArray[np.void] = self.evidence[claimed]
        return texts

    @cached_property
    def evidenced(self) -> npt.NDArray[np.intp]:
        """By return: how many claims have an evidence text."""
        return np.bincount(self.claimed_evidence["row"], minlength=len(self.returns.codes))


def _rows(which: npt.NDArray[np.bool_]) -> Iterator[int]:
    yield from np.flatnonzero(which).tolist()


def _count(flags: Flags) -> npt.NDArray[np.intp]:
    """The number of flags by return."""
    counted: npt.NDArray[np.intp] = flags.sum(axis=1)
    return counted


def without_evidence(seen: Seen) -> Findings:
    """Finds high levels without evidence."""
    claims = _count(seen.claims)
    bare = claims - seen.evidenced
    for row in _rows((claims >= MANY) & (bare >= MOST * claims)):
        yield (
            row,
            f"{bare[row]} of the {claims[row]} statements at practice level 3 or 4 have no evidence beside them: "
            "ask what would show them.",
        )


def thin_evidence(seen: Seen) -> Findings:
    """Finds evidence of high levels that in most texts names nothing to look at."""
    places = np.split(seen.claimed_evidence["place"], np.cumsum(seen.evidenced)[:-1])
    for row in _rows(seen.evidenced >= MANY):
        texts = [seen.returns.items[row].texts[place][1] for place in places[row].tolist()]
        if thin := _mostly_thin(texts):
            yield (
                row,
                f"{thin} of the {len(texts)} evidence texts at practice level 3 or 4 show little: "
                "ask what the evidence is and where it is kept.",
            )


def _mostly_thin(texts: list[str]) -> int:
    """How many of a return's texts are thin; 0 if their share is below `MOST`, and then it stops early."""
    may_be_sound = len(texts) - MOST * len(texts)
    sound = 0
    for text in sorted(
        texts, key=len, reverse=True
    ):  # long texts are likelier to be sound, so the result is clear sooner
        sound += not is_thin(text)
        if sound > may_be_sound:
            return 0
    return len(texts) - sound


def same_evidence(seen: Seen) -> Findings:
    """Finds returns with the same evidence text for most statements."""
    texts = pd.DataFrame({"row": seen.claimed_evidence["row"], "text": seen.claimed_evidence["text"]})
    by_row = texts.groupby(["row", "text"]).size().groupby("row").agg(["max", "sum"])
    for row, alike, every in by_row.itertuples():
        if every >= MANY and alike >= MOST * every:
            yield (
                row,
                f"The same evidence stands beside {alike} of the {every} statements at practice level 3 or 4 that have "
                "any: ask which part of it shows each of them.",
            )


def same_answers(seen: Seen) -> Findings:
    """Finds returns with the same two known answers to every answered statement."""
    codes = seen.returns.codes
    answered = seen.returns.applicable & (codes != 0)
    known = WRITTEN_KNOWN[codes] & PRACTICE_KNOWN[codes]
    first_code = codes[np.arange(len(codes)), answered.argmax(axis=1)]
    alike = (~answered | (known & (codes == first_code[:, None]))).all(axis=1)
    for row in _rows(alike & (_count(answered) >= MANY)):
        written = ("no", "partly", "yes")[WRITTEN_RANK[first_code[row]]]
        yield (
            row,
            f"All {answered[row].sum()} statements that are answered have the same answers (written {written}, practice "
            f"level {LEVEL[first_code[row]]}): ask how the school arrived at them.",
        )


def check_in_minutes(seen: Seen) -> Findings:
    """Finds returns with nearly all statements met, answered in less time than reading takes."""
    codes, applicable = seen.returns.codes, _count(seen.returns.applicable)
    met = _count(seen.returns.applicable & (KIND[codes] == KINDS.index("met")))
    answered = _count(seen.returns.applicable & (codes != 0))
    for row in _rows((applicable >= MANY) & (met >= NEARLY_ALL * applicable)):
        head = seen.returns.items[row].head
        if head.first_answer_at is None or head.last_answer_at is None:
            continue
        seconds = (head.last_answer_at - head.first_answer_at).total_seconds()
        if 0 <= seconds < SECONDS_EACH * answered[row]:
            yield (
                row,
                f"{met[row]} of the {applicable[row]} statements that apply are met, and the first and the last answer "
                f"were saved {whole_minutes(seconds)} apart: "
                "ask whether they were worked out beforehand, in a meeting or on paper.",
            )


def check_embedded_unwritten(seen: Seen) -> Findings:
    """Finds statements at the highest level that the policy does not mention."""
    codes = seen.returns.codes
    counts = _count(seen.returns.applicable & _EMBEDDED_UNWRITTEN[codes])
    label = seen.returns.criteria.practice_levels[EMBEDDED].label
    for row in _rows(counts >= SOME_EMBEDDED):
        yield (
            row,
            f"{counts[row]} statements are at practice level {EMBEDDED} ({label}) although the policy does not say "
            "them: ask how staff know what to do, and what was reviewed in the last twelve months.",
        )


def shared_evidence(seen: Seen) -> Findings:
    """Finds evidence texts that another school has too."""
    names, urns = (seen.returns.table[name].to_numpy() for name in ("school", "urn"))
    first, second, shared = _in_common(seen)
    pairs = pd.DataFrame({"row": [*first, *second], "other": [*second, *first], "shared": [*shared, *shared]})
    pairs["urn"] = urns[pairs["other"]]
    pairs["others"] = pairs.groupby("row")["row"].transform("size")
    nearest = pairs.sort_values(["row", "shared", "urn"], ascending=[True, False, True]).drop_duplicates("row")
    for row, school, count, urn, others in nearest.itertuples(index=False):
        more = f", and {SHARED} or more as those of {plural(others - 1, 'other school')}" if others > 1 else ""
        yield (
            row,
            f"{count} evidence texts are the same, word for word, as those of {names[school]} (URN {urn})"
            f"{more}: ask who wrote them, and what this school can show itself.",
        )


def _in_common(seen: Seen) -> tuple[Numbers, Numbers, Numbers]:
    """Pairs of returns with many long texts in common: the first return, the second, and the number of texts.

    After sorting, returns with the same text are next to each other. Texts that many schools use are removed before, so
    that each return is compared with few neighbours and the cost stays linear.
    """
    wordy = seen.evidence[seen.evidence["length"] >= WORDY]
    texts = pd.DataFrame({"text": wordy["text"], "row": wordy["row"]}).drop_duplicates().sort_values(["text", "row"])
    users = texts.groupby("text")["row"].transform("size")
    text, row = texts[(users > 1) & (users <= COMMON)].to_numpy().T
    couples = [
        row[:-away][same] * len(seen.returns.items) + row[away:][same]
        for away in range(1, COMMON)
        if (same := text[:-away] == text[away:]).any()
    ]
    couple, shared = np.unique(np.concatenate([row[:0], *couples]), return_counts=True)
    first, second = np.divmod(couple[shared >= SHARED], max(len(seen.returns.items), 1))
    return first, second, shared[shared >= SHARED]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check.

    Attributes:
        id: the permanent id of the check.
        title: the check in a few words.
        rule: when the check finds something, as one sentence.
        weight: how much a finding weighs against belief: 1 for a habit of writing; 2 for a claim that nothing in the
            return supports; 3 for what hardly happens if each statement is considered separately.
        find: the function that gives the findings.
    """

    id: str
    title: str
    rule: str
    weight: int
    find: Callable[[Seen], Findings]


CHECKS = (
    Check(
        id="no-evidence",
        title="High levels without evidence",
        rule=f"At least {MANY} statements are at practice level 3 or 4, and three in four of them or more have "
        "no evidence.",
        weight=2,
        find=without_evidence,
    ),
    Check(
        id="thin-evidence",
        title="Evidence that shows little",
        rule=f"At least {MANY} statements at practice level 3 or 4 have evidence, and three in four of these "
        "texts or more do not name what shows it, such as a log or a form, with who, where or when.",
        weight=1,
        find=thin_evidence,
    ),
    Check(
        id="same-evidence",
        title="The same evidence everywhere",
        rule=f"At least {MANY} statements at practice level 3 or 4 have evidence, and three in four of these "
        "texts or more are one and the same.",
        weight=2,
        find=same_evidence,
    ),
    Check(
        id="same-answers",
        title="Every answer the same",
        rule=f"At least {MANY} statements are answered, all of them with the same known answers for what is "
        "written and for practice.",
        weight=3,
        find=same_answers,
    ),
    Check(
        id="minutes",
        title="Nearly all met, in minutes",
        rule=f"Nine in ten statements or more are met, of at least {MANY}, in fewer than {SECONDS_EACH} "
        "seconds a statement from the first answer to the last. Nothing is said where the times are not known.",
        weight=2,
        find=check_in_minutes,
    ),
    Check(
        id="embedded-unwritten",
        title="Embedded, but not written",
        rule=f"At least {SOME_EMBEDDED} statements are at practice level {EMBEDDED} although the policy "
        "does not say them.",
        weight=2,
        find=check_embedded_unwritten,
    ),
    Check(
        id="shared-evidence",
        title="Evidence like another school's",
        rule=f"At least {SHARED} different evidence texts of {WORDY} letters or more are the same as "
        f"another school's. Case and spaces are passed over, and so is a text that more than {COMMON} schools use.",
        weight=3,
        find=shared_evidence,
    ),
)
"""All checks, in the order in which findings are shown."""


def credibility(returns: Returns, *, year: str) -> pd.DataFrame:
    """CREDIBILITY of the self-audits of one academic year: one row per school and check that found something.

    A desk review is left out: it is the work of the person who read the policy, not of the school. The table is the
    adviser's working paper. It names schools even if a comparison shows codes, and is not for sharing.

    Args:
        returns: the returns that count, of any years.
        year: the academic year to check; a school's texts are never compared with its texts of another year.
    """
    self_audits = (returns.table["year"] == year) & (returns.table["basis"] == "self-audit")
    looked_at = returns.where(self_audits.to_numpy(dtype=bool))
    schools = list(zip(*(looked_at.table[name] for name in ("urn", "school", "phase")), strict=True))
    seen = Seen(looked_at)
    rows = [
        (*schools[row], check.id, check.title, finding, check.weight)
        for check in CHECKS
        for row, finding in check.find(seen)
    ]
    return typed(_by_doubt(pd.DataFrame(rows, columns=list(CREDIBILITY))), CREDIBILITY)


def _by_doubt(findings: pd.DataFrame) -> pd.DataFrame:
    """The findings in order: greatest total weight of a school first, equals by name; in a school, greatest weight first."""
    keys = pd.DataFrame(
        {
            "total": -findings.groupby("urn")["weight"].transform("sum"),
            "name": findings["school"].map(str.casefold),
            "urn": findings["urn"],
            "weight": -findings["weight"],
        }
    )
    order = keys.sort_values(["total", "name", "urn", "weight"], kind="stable").index
    return findings.loc[order].reset_index(drop=True)


def doubts(findings: pd.DataFrame) -> pd.DataFrame:
    """DOUBTS of CREDIBILITY: one row per school with a finding, in the same order."""
    by_school = findings.groupby("urn", sort=False).agg(
        school=("school", "first"),
        phase=("phase", "first"),
        checks=("check", "size"),
        weight=("weight", "sum"),
        titles=("title", "; ".join),
    )
    return typed(by_school.reset_index(), DOUBTS)
