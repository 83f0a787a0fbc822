"""What became of the files, in words, as it stands on a page, in a CSV or on a sheet, ready to send to schools."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from audit.authority.collecting.verdicts import Place, sentence
from audit.authority.showing.readable import phase_titles
from audit.english import moment, plural
from audit.model import Criteria

_MOST_PROBLEMS = 30


def verdicts(files: pd.DataFrame, problems: pd.DataFrame) -> pd.DataFrame:
    """One row per file: what became of it, and all that is to be mended in it.

    Args:
        files: FILES.
        problems: PROBLEMS of those files.
    """
    to_mend = _to_mend(problems)
    return pd.DataFrame(
        {
            "File": files["file"],
            "Verdict": files["verdict"].astype("str").str.capitalize(),
            "School": files["school"],
            "URN": files["urn"],
            "Year": files["year"],
            "Completed on": files["completed_on"],
            "Last answer saved": _in_words(files["last_answer_at"]),
            "Workbook last changed": _in_words(files["modified_at"]),
            "Signed": files["signed"],
            "Counts": files["counts"].map({True: "Yes", False: "No"}).astype("str"),
            "Set aside because": files["set_aside"],
            "Faults": files["faults"],
            "Warnings": files["warnings"],
            "What is wrong, and how to mend it": [to_mend.get(file, "") for file in files["file"]],
        }
    ).reset_index(drop=True)


def _in_words(moments: pd.Series) -> list[str]:
    """Moments (UTC) as people are shown them; empty where none is known."""
    return ["" if pd.isna(at) else moment(at.to_pydatetime()) for at in moments]


def _to_mend(problems: pd.DataFrame) -> Mapping[str, str]:
    """By file, each problem on a line of its own; of very many, the first."""
    columns = (problems[name] for name in ("file", "sheet", "cell", "what", "fix"))
    lines: dict[str, list[str]] = {}
    for file, sheet, cell, what, fix in zip(*columns, strict=True):
        lines.setdefault(file, []).append(f"{sentence(Place(sheet=sheet, cell=cell), what)} {fix}")
    for found in lines.values():
        if rest := len(found[_MOST_PROBLEMS:]):
            found[_MOST_PROBLEMS:] = [f"{plural(rest, 'more problem')}: see the list of problems."]
    return {file: "\n".join(found) for file, found in lines.items()}


def problems(table: pd.DataFrame) -> pd.DataFrame:
    """One row per problem: where it is, what is wrong and how to mend it.

    Args:
        table: PROBLEMS.
    """
    return pd.DataFrame(
        {
            "File": table["file"],
            "School": table["school"],
            "URN": table["urn"],
            "Sheet": table["sheet"],
            "Cell": table["cell"],
            "Kind": table["severity"].astype("str").map({"error": "Fault", "warning": "Warning"}).astype("str"),
            "What is wrong": table["what"],
            "How to mend it": table["fix"],
        }
    ).reset_index(drop=True)


def chase(table: pd.DataFrame, criteria: Criteria) -> pd.DataFrame:
    """One row per school to write to, and what to ask it for.

    Args:
        table: CHASE.
        criteria: the criteria at hand, which name the phases.
    """
    return pd.DataFrame(
        {
            "School": table["school"],
            "URN": table["urn"],
            "Phase": phase_titles(table["phase"], criteria),
            "Type": table["type"],
            "Return": table["standing"].astype("str").str.capitalize(),
            "File": table["file"],
            "What to ask for": table["ask"],
            "Remark": table["remark"],
        }
    ).reset_index(drop=True)
