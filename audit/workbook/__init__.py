"""The workbook: the contract between school and local authority."""

from typing import TYPE_CHECKING, Any

from audit.workbook.reader import read
from audit.workbook.reading import Reading

if TYPE_CHECKING:
    from audit.workbook.writer import write

__all__ = ["Reading", "read", "write"]


def __getattr__(name: str) -> Any:
    """The writer when it is first asked for: it takes openpyxl and pandas, which a process that only reads does without."""
    if name == "write":
        from audit.workbook.writer import write

        return write
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
