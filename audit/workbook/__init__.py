"""The workbook: the contract between school and local authority."""

from audit.workbook.reader import Reading, read
from audit.workbook.writer import write

__all__ = ["Reading", "read", "write"]
