"""Text in a form goes to the server when the form's button is pressed: whoever leaves the page before that is asked.

The boxes of the statements' cards store themselves (`typed_text`), and are not looked at here.
"""

from __future__ import annotations

import json

import streamlit as st

_ASK = "What you typed in this form is not sent yet. Leave the page and lose it?"
_SCRIPT = """<script>
if (!window.auditUnsent) {
  const BOX = 'textarea, input[type="text"], input:not([type])', BUTTON = '[data-testid="stFormSubmitButton"] button';
  const unsent = window.auditUnsent = new Map();  // what each box held when it was entered, while it holds something else
  const before = new WeakMap();
  const formOf = box => box.closest?.('[data-testid="stForm"]');
  const boxOf = event => event.target.matches?.(BOX) && formOf(event.target) && event.target;
  const sent = form => unsent.forEach((_, box) => { if (formOf(box) === form) unsent.delete(box), before.delete(box); });
  const isUnsent = () => {
    unsent.forEach((_, box) => { if (!box.isConnected || box.value === before.get(box)) unsent.delete(box); });
    return unsent.size > 0;
  };
  document.addEventListener('focusin', event => {
    const box = boxOf(event);
    if (box && !before.has(box)) before.set(box, box.value);
  }, true);
  document.addEventListener('input', event => {
    const box = boxOf(event);
    if (box && before.has(box) && box.getAttribute('role') !== 'combobox') unsent.set(box, true);
  }, true);
  document.addEventListener('click', event => {
    const button = event.target.closest?.(BUTTON);
    if (button) return sent(formOf(button));
    const link = event.target.closest?.('a[href]');
    if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey || !isUnsent()) return;
    if (confirm(ASK)) return unsent.clear();
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  document.addEventListener('keydown', event => {
    const box = boxOf(event);
    if (box && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) sent(formOf(box));
  }, true);
  window.addEventListener('beforeunload', event => {
    if (!isUnsent()) return;
    event.preventDefault();
    event.returnValue = '';
  });
}
</script>"""


def warn_of_unsent_text() -> None:
    """Puts the script into the page; once is enough, whichever page is shown then."""
    st.html(_SCRIPT.replace("ASK", json.dumps(_ASK)), unsafe_allow_javascript=True)
