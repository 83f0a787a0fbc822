"""Documents for people: reports in HTML, letters in Word, the governors' pack in PDF."""

from audit.reports.gap_report import gap_report
from audit.reports.letter import LetterFile, LetterSettings, letter, letters, letters_zip, read_settings

__all__ = ["LetterFile", "LetterSettings", "gap_report", "letter", "letters", "letters_zip", "read_settings"]
