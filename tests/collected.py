"""Returns as they were taken in, and what became of them, for the tests of collecting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from audit.authority.reconcile import Intake
from audit.authority.register import Register, RegisteredSchool
from audit.authority.returns import Return
from audit.authority.tables import FILES, PROBLEMS
from audit.model import Criteria, Phase, Response, School
from audit.problems import Problem
from audit.tables import checked
from tests.conftest import audit_of, returned

MET = Response(written="yes", practice=3)
NOT_DONE = Response(written="yes", practice=1)
ONE_ANSWER = {"toy-1.1-k1": MET}
TWO_ANSWERS = {"toy-1.1-k1": MET, "toy-1.1-k2": MET}
EARLY, LATE = dt.date(2025, 11, 3), dt.date(2026, 2, 4)


def sent(
    criteria: Criteria,
    file: str,
    *,
    urn: str = "900001",
    name: str = "Hilltop",
    phase: Phase = "primary",
    authority: str = "",
    year: str = "2025/26",
    responses: Mapping[str, Response] = ONE_ANSWER,
    digest: str = "",
    **changes: object,
) -> Return:
    """A return as it was taken in without a problem."""
    school = School(urn=urn, name=name, phase=phase, local_authority=authority)
    audit = audit_of(criteria, responses, school=school, year=year, **changes)
    return returned(audit, criteria, file=file, digest=digest)


def refused(file: str, what: str = "The file is damaged.", *, urn: str = "", name: str = "") -> Return:
    """A file that cannot be used."""
    problem = Problem(where=file, what=what, fix="Send it again.")
    return Return(file=file, digest=file, problems=(problem,), urn=urn, name=name)


def register(*schools: RegisteredSchool) -> Register:
    """A register of these schools."""
    return Register({school.urn: school for school in schools})


HILLTOP = RegisteredSchool(urn="900001", name="Hilltop Primary School", phase="primary", type="LA maintained")
VALLEY = RegisteredSchool(urn="900002", name="Valley School", phase="primary", type="Academy")


def verdicts(intake: Intake) -> list[tuple[str, str]]:
    """Each file with what became of it: counts, refused, or the reason why it is set aside."""
    files = checked(intake.files, FILES)
    states = files["set_aside"].where(files["set_aside"] != "", files["verdict"].astype("str"))
    states = states.where(~files["counts"], "counts")
    return list(zip(files["file"], states, strict=True))


def warnings(intake: Intake) -> list[tuple[str, str]]:
    """Each problem as its file and fact."""
    problems = checked(intake.problems, PROBLEMS)
    return list(zip(problems["file"], problems["what"], strict=True))


def fixes(intake: Intake) -> list[str]:
    """The remedy of each problem."""
    return list(intake.problems["fix"])


def remarks(intake: Intake) -> dict[str, str]:
    """The remarks of the tracker by URN."""
    return dict(zip(intake.tracker["urn"], intake.tracker["remark"], strict=True))
