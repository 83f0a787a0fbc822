"""Whether a file is what was signed: a workbook or a governors' pack."""

from audit.model import Criteria
from audit.verdict import Verdict
from audit.verifying.workbook import verify_workbook

__all__ = ["verify"]


def verify(data: bytes, name: str, criteria: Criteria) -> Verdict:
    """Whether a file is what was signed and, if not, what differs.

    Args:
        data: the bytes of the file, whatever it is.
        name: how the verdict calls it.
        criteria: the criteria at hand; a signed file is compared with those that it was signed with.
    """
    if data.lstrip().startswith(b"%PDF"):
        from audit.verifying.pack import verify_pack  # takes the library for PDF, which workbooks do without

        return verify_pack(data, name, criteria)
    return verify_workbook(data, name, criteria)
