"""Documents for people."""

from audit.reports.gap_report import gap_report

__all__ = ["gap_report"]
