"""How every page prints: without what is only for the screen, nothing cut, and dark text on white."""

from __future__ import annotations

import streamlit as st

_STYLE = """<style>
@media print {
  @page { margin: 12mm; }
  [data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], [data-testid="stHeader"],
  [data-testid="stToolbar"], [data-testid="stStatusWidget"], [data-testid="stDecoration"], [data-testid="stToast"],
  [data-testid="stElementToolbar"], [data-testid="stButton"], [data-testid="stFormSubmitButton"],
  [data-testid="stDownloadButton"], [data-testid="stLinkButton"], [data-testid="stPopover"],
  [data-testid="stFileUploader"], [data-testid="stFileUploaderDropzone"], [data-testid="stPagination"],
  [data-testid="stTooltipIcon"], [data-testid="stHeaderActionElements"],
  [data-testid="stMain"] [data-testid="stVerticalBlock"][class*="st-key-not-on-paper"] { display: none !important; }
  html, body, #root, .stApp, [data-testid="stAppViewContainer"], [data-testid="stMain"] {
    display: block !important; position: static !important; height: auto !important; min-height: 0 !important;
    overflow: visible !important; background: #fff !important; color-scheme: light;
  }
  [data-testid="stMainBlockContainer"] { max-width: none !important; width: 100% !important; padding: 0 !important; zoom: .8; }
  [data-testid="stMain"] [data-testid="stVerticalBlock"] { display: block !important; height: auto !important; overflow: visible !important; }
  [data-testid="stElementContainer"], [data-testid="stFullScreenFrame"], [data-testid="stLayoutWrapper"] { height: auto !important; }
  [data-testid="stVerticalBlock"] > * { margin-bottom: .8rem; width: 100% !important; max-width: 100% !important; }
  [data-testid="stVerticalBlock"] > [data-testid="stElementContainer"]:empty { margin: 0; }

  .stApp *:not(svg, svg *) { color: #14171a !important; border-color: #8a8f96; text-shadow: none !important; }
  .stApp *:not(svg, svg *, [data-testid="stProgress"] *, .audit-progress *, label:has(:checked) *), .stApp code { background: none !important; }
  .stApp [data-testid="stAlertContainer"], .stApp [data-baseweb="select"] > div, .stApp [data-baseweb="input"],
  .stApp [data-baseweb="textarea"] { border: 1px solid #8a8f96 !important; }
  [data-testid="stRadioOption"] > span + div > div:first-child, [data-testid="stCheckbox"] label > span + div {
    box-shadow: inset 0 0 0 1.5px #14171a;
  }
  .xtick text, .ytick text, .xtitle, .ytitle, .legendtext, .annotation-text { fill: #14171a !important; }
  [data-testid="stPlotlyChart"], [data-testid="stProgress"], .audit-progress, [role="radiogroup"], [role="checkbox"] {
    print-color-adjust: exact; -webkit-print-color-adjust: exact;
  }

  [data-testid="stPlotlyChart"], [data-testid="stMetric"], [data-testid="stAlert"], [data-testid="stHorizontalBlock"],
  [data-testid="stRadio"], summary, tr, li, .keep-whole { break-inside: avoid; }
  h1, h2, h3, h4, [data-testid="stElementContainer"]:has([data-testid="stHeading"]),
  [data-testid="stElementContainer"]:has(h1, h2, h3, h4),
  [data-testid="stElementContainer"]:has([data-testid="stHeading"])
    + [data-testid="stElementContainer"],
  [data-testid="stElementContainer"]:has([data-testid="stCaptionContainer"], [data-testid="stPagination"]) { break-after: avoid; }
  p, li { orphans: 3; widows: 3; }
  .audit-table, [class*="st-key-wide-"] { overflow: visible !important; }
  [data-testid="stMarkdownContainer"], pre, code { overflow: visible !important; white-space: normal; overflow-wrap: anywhere; }
  [class*="st-key-wide-"] > div { min-width: 0 !important; }
  .audit-table table, .audit-table.many table { font-size: .85rem; }
  .audit-table th, .audit-table td { padding: .2rem .4rem !important; }
  .audit-table.many th, .audit-table.many td { padding: .2rem !important; }
  .audit-table .long { min-width: 12rem; }
  thead { display: table-header-group; }
  input, textarea { overflow: visible !important; }
}
.on-paper [data-testid="stSidebar"] { display: none; }
.on-paper [data-testid="stMainBlockContainer"] { max-width: 850px !important; padding: 0 !important; }
</style>"""
"""Colours are set for all that is no drawing: the dark theme's white letters would not be seen on paper."""

_SCRIPT = """<script>
if (!window.auditPaper) {
  const WIDTH = 850;  // pixels of a page of A4 at the zoom of the style sheet
  const HIGHEST = 700;  // a card as high as this is not kept on one page
  const fit = () => {
    for (const box of document.querySelectorAll('[data-testid="stPlotlyChart"]')) {
      const drawn = box.querySelector('.main-svg');
      if (drawn) box.style.zoom = Math.min(1, WIDTH / drawn.getBoundingClientRect().width);
    }
    for (const table of document.querySelectorAll('.audit-table table')) {
      const was = table.style.cssText;
      table.style.cssText = 'width: min-content; font-size: .85rem';
      const least = table.getBoundingClientRect().width;
      table.style.cssText = was;
      const room = WIDTH - (table.closest('details') ? 40 : 0);  // a fold has a frame of its own
      if (least) table.style.zoom = Math.min(1, room / least);
    }
    for (const box of document.querySelectorAll('[data-testid="stMain"] [data-testid="stVerticalBlock"]')) {
      box.classList.toggle('keep-whole', parseFloat(getComputedStyle(box).borderTopWidth) > 0 && box.offsetHeight < HIGHEST);
    }
    for (const area of document.querySelectorAll('textarea')) {
      area.dataset.height = area.style.height;
      area.style.height = `${area.scrollHeight + 4}px`;
    }
  };
  const undo = () => {
    document.documentElement.classList.remove('on-paper');
    for (const one of document.querySelectorAll('[data-testid="stPlotlyChart"], .audit-table table')) one.style.zoom = '';
    for (const area of document.querySelectorAll('textarea[data-height]')) area.style.height = area.dataset.height;
  };
  window.addEventListener('beforeprint', fit);
  window.addEventListener('afterprint', undo);
  window.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== 'p') return;
    event.preventDefault();  // charts take a moment to be drawn as narrow as the paper
    document.documentElement.classList.add('on-paper');
    setTimeout(() => window.print(), 700);
  });
  window.auditPaper = true;
}
</script>"""
"""Charts and tables are as wide as the screen; before a print each is made as wide as the paper."""


def for_paper() -> None:
    """Makes the page print well; a container whose key begins with ``not-on-paper`` is left out of it."""
    st.html(_STYLE + _SCRIPT, unsafe_allow_javascript=True)
