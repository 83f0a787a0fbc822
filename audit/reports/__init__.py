"""Documents for people."""

from audit.reports.gap_report import gap_report
from audit.reports.letter import letter
from audit.reports.letter_settings import LetterSettings, read_settings
from audit.reports.letters import LetterFile, letters, letters_zip

__all__ = ["LetterFile", "LetterSettings", "gap_report", "letter", "letters", "letters_zip", "read_settings"]
