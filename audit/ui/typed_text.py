"""Typed text that is stored while it is typed: a script of the page beside Streamlit's own text boxes.

Streamlit's text box tells the server of its text when it is left, or at Ctrl and Enter. The script presses these two
for whoever stops typing for a second, says "Not saved yet" from the first key until the server has stored the text,
and lets the browser warn whoever closes the page before that. What was not stored when the server was started again
is put back into its box. So the boxes stay Streamlit's own: label, keyboard, themes and speed are as they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import quote

import streamlit as st

BOXES = ("evidence", "comment", "not_applicable")
"""The names of a card's boxes, as their keys end."""

_STYLE = """<style>
[class*="st-key-answer-"] [data-testid="InputInstructions"] { display: none; }
[data-unsaved] .card-said { display: none; }
</style>"""
"""The boxes need not say that Ctrl and Enter store the text, and while it is not stored the card does not say Saved."""

_SCRIPT = """<script>
if (!window.auditDrafts) {
  const PAUSE = 1000, LOOK = 200, GONE = 5000, WAIT = 3000, DECIDED = 2000;  // milliseconds
  const KEY = /(?:^|\\s)st-key-(answer-\\S+)-(evidence|comment|not_applicable)(?:\\s|$)/;
  const drafts = window.auditDrafts = new Map();  // by box, what was typed and is not known to be stored
  let watching = 0, composing = false;

  const place = area => {
    const found = area.closest('[class*="st-key-answer-"]')?.className.match(KEY);
    return found && {card: found[1], name: found[2], id: `${found[1]}-${found[2]}`};
  };
  const areaOf = id => document.querySelector(`.st-key-${CSS.escape(id)} textarea`);
  const stateOf = card => document.querySelector(`.st-key-${CSS.escape(card)}-state`);
  const heard = draft => {  // the text of the box that the server has heard of, whether it is stored, and which server
    const echo = stateOf(draft.card)?.querySelector('.card-echo');
    const text = echo?.getAttribute(`data-${draft.name}`);
    return {text: text == null ? null : decodeURIComponent(text).replace(/\\r\\n?/g, '\\n'), saved: echo?.dataset.saved === 'yes', session: echo?.dataset.session};
  };
  const send = (draft, area) => {
    if (area.disabled || composing) return;
    draft.sent = area.value;
    area.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', code: 'Enter', keyCode: 13, ctrlKey: true, bubbles: true, cancelable: true}));
  };
  const put = (area, text) => {
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(area, text);
    area.dispatchEvent(new Event('input', {bubbles: true}));
  };
  const say = card => {
    const state = stateOf(card), words = state?.querySelector('.card-unsaved');
    if (!words) return;
    const unsaved = [...drafts.values()].some(draft => draft.card === card && draft.waits);
    state.toggleAttribute('data-unsaved', unsaved);
    if (words.textContent !== (unsaved ? WORDS : '')) words.textContent = unsaved ? WORDS : '';
  };
  const bring = (draft, area) => {  // another server answers: what it does not know goes back into the box
    draft.sent = null;
    if (area.value === draft.text) return;
    put(area, area.value === draft.was || !area.value ? draft.text : `${area.value}\\n${draft.text}`);
  };
  const lookAt = (id, draft) => {
    const area = areaOf(id), now = Date.now();
    if (!area) {
      draft.gone ??= now;
      if (now - draft.gone > GONE) drafts.delete(id);
      return;
    }
    draft.gone = undefined;
    const known = heard(draft);
    if (known.text === null) return;
    if (draft.session !== known.session) {
      draft.session = known.session;
      bring(draft, area);
    }
    draft.waits = known.text !== area.value;
    draft.changed = area.value === draft.text ? undefined : draft.changed ?? now;
    if (now - draft.changed < DECIDED) return;  // the box may be drawn before its line tells of another server
    draft.text = area.value;
    if (known.text === draft.sent) draft.was = known.text;
    if (!draft.waits && known.saved) drafts.delete(id);
    else if (draft.waits && draft.sent !== draft.text && now - draft.typed >= PAUSE) send(draft, area);
  };
  const look = () => {
    const run = document.querySelector('[data-test-script-state]');
    if (run && run.dataset.testScriptState !== 'notRunning') return;  // half of a card may be drawn
    const cards = new Set([...drafts.values()].map(draft => draft.card));
    for (const [id, draft] of [...drafts]) lookAt(id, draft);
    cards.forEach(say);
    if (!drafts.size) watching = clearInterval(watching) || 0;
  };
  const flush = () => {
    for (const [id, draft] of drafts) {
      const area = areaOf(id);
      if (area && draft.sent !== area.value) send(draft, area);
    }
  };

  document.addEventListener('input', event => {
    const area = event.target, at = area.tagName === 'TEXTAREA' && place(area);
    if (!at) return;
    const draft = drafts.get(at.id) ?? {...at, session: heard(at).session, was: heard(at).text};
    Object.assign(draft, {text: area.value, typed: Date.now(), waits: heard(at).text !== area.value});
    drafts.set(at.id, draft);
    say(at.card);
    watching ||= setInterval(look, LOOK);
  }, true);
  document.addEventListener('focusin', event => {
    const at = event.target.tagName === 'TEXTAREA' && place(event.target);
    const state = at && stateOf(at.card);
    if (state) event.target.setAttribute('aria-describedby', (state.id ||= `${at.card}-state`));
  });
  const progress = () => {  // the last card that was stored tells how far the audit is
    const shown = document.querySelector('.audit-progress');
    for (const echo of shown ? document.querySelectorAll('.card-echo[data-progress]') : []) {
      const [moment, words, answered, asked] = JSON.parse(decodeURIComponent(echo.getAttribute('data-progress')));
      if (moment <= Number(shown.dataset.moment)) continue;
      const bar = shown.querySelector('[role="progressbar"]');
      shown.dataset.moment = moment;
      shown.querySelector('p').textContent = words;
      bar.setAttribute('aria-valuenow', answered);
      bar.firstElementChild.style.width = `${100 * answered / asked}%`;
    }
  };
  const drawn = () => {  // Streamlit draws the words of a line anew, and only what is around them stays to be listened to
    for (const echo of document.querySelectorAll('.card-echo')) {
      const state = echo.closest('[class*="st-key-answer-"]');
      if (state && state.role !== 'status') state.role = 'status';
    }
    new Set([...drafts.values()].map(draft => draft.card)).forEach(say);
    progress();
  };
  new MutationObserver(drawn).observe(document.body, {subtree: true, childList: true, attributeFilter: ['data-progress']});
  drawn();
  document.addEventListener('compositionstart', () => { composing = true; }, true);
  document.addEventListener('compositionend', () => { composing = false; }, true);
  let followed = null;
  document.addEventListener('click', event => {  // a link that is followed while text is on its way shows an empty page
    const link = event.target.closest?.('a[href]');
    if (!link || link === followed || link.target || event.ctrlKey || event.metaKey || event.shiftKey || !drafts.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    flush();
    const since = Date.now();
    const follow = () => {
      look();
      if ([...drafts.values()].some(draft => draft.waits) && Date.now() - since < WAIT) return setTimeout(follow, 50);
      followed = link;
      link.click();
      followed = null;
    };
    follow();
  }, true);
  document.addEventListener('visibilitychange', () => { if (document.hidden) flush(); });
  window.addEventListener('popstate', flush, true);
  window.addEventListener('beforeunload', event => {
    look();
    if (!drafts.size) return;
    flush();
    event.preventDefault();
    event.returnValue = '';
  });
}
</script>""".replace("WORDS", "'✎ Not saved yet'")


def store_while_typing() -> None:
    """Puts the script into the page; once is enough, whichever question is shown then."""
    st.html(_STYLE + _SCRIPT, unsafe_allow_javascript=True)


def card_state(key: str, symbol: str, words: str, *, saved: bool, tells: Mapping[str, str]) -> None:
    """The line of a card that says whether all of it is stored; a screen reader is told when it changes.

    Args:
        key: of the line; that of the boxes with ``state`` at its end.
        symbol: a character that goes with the words; not read aloud.
        words: what is said.
        saved: whether everything that the server has heard of is stored.
        tells: what the script is told: by box, the text that the server has heard of, and how far the audit is.
    """
    echo = " ".join(f'data-{name}="{quote(text, safe="", errors="replace")}"' for name, text in tells.items())
    with st.container(key=key):
        st.markdown(
            f'<span class="card-said"><span aria-hidden="true">{symbol}</span> {escape(words)}</span>'
            f'<span class="card-unsaved"></span>'
            f'<span class="card-echo" data-saved="{"yes" if saved else "no"}" {echo}></span>',
            unsafe_allow_html=True,
        )
