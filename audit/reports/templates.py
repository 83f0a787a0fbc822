"""The templates of the reports in HTML; `report_base.html` is what all of them have alike."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from audit.english import agree, day_in_figures

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,  # everything that people typed is shown as text, never run
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters.update(agree=agree, day_in_figures=day_in_figures)
