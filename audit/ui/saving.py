"""Saving of the questionnaire: answers are stored at every change, and text is stored while it is typed.

The store holds the truth. The widgets show what is stored, and every change of a widget goes into the store at once.

Streamlit sends the text of a box to the server only when the person leaves the box or presses Ctrl+Enter. So a script
in the page

- sends Ctrl+Enter when a person has stopped typing for a second,
- shows "Not saved yet" from the first key until the server has stored the text,
- makes the browser warn a person who closes the page before that, and
- puts text back into its box if the server was restarted before the text was stored.

The boxes stay Streamlit's own, so their labels, keyboard use, themes and speed do not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import quote

import streamlit as st

from audit.english import listed
from audit.model import NO_RESPONSE, Audit, Criteria, Criterion, Practice, PracticeLevel, Response, Written
from audit.school.merge import Conflict
from audit.school.proposals import OtherAnswer, Proposal, also_stored, named_with_framework, other_answers, proposal
from audit.text import ASK_AGAIN, fault_of, says_nothing, tidy
from audit.ui.components import REFUSALS, refusal
from audit.ui.session import Session, clock, session, store

BOXES = ("evidence", "comment", "not_applicable")
"""The names of the text boxes of a card. The key of each box ends with its name."""

_STYLE = """<style>
[class*="st-key-answer-"] [data-testid="InputInstructions"] { display: none; }
[data-unsaved] .card-said { display: none; }
</style>"""
"""Hides the hint about Ctrl+Enter in the boxes, and the word Saved while text of the card is not stored."""

_SCRIPT = """<script>
if (!window.auditDrafts) {
  const PAUSE = 1000, LOOK = 200, GONE = 5000, WAIT = 3000, DECIDED = 2000;  // milliseconds
  const KEY = /(?:^|\\s)st-key-(answer-\\S+)-(evidence|comment|not_applicable)(?:\\s|$)/;
  const drafts = window.auditDrafts = new Map();  // by box, the text that was typed and may not be stored yet
  let watching = 0, composing = false;

  const place = area => {
    const key = area.closest('[class*="st-key-answer-"]')?.className.match(KEY);
    return key && {card: key[1], name: key[2], id: `${key[1]}-${key[2]}`};
  };
  const areaOf = id => document.querySelector(`.st-key-${CSS.escape(id)} textarea`);
  const stateOf = card => document.querySelector(`.st-key-${CSS.escape(card)}-state`);
  const heard = draft => {  // the text of the box that the server has received, whether it is stored, and which session
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
  const bring = (draft, area) => {  // the server was restarted: text that it does not have goes back into the box
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
    if (now - draft.changed < DECIDED) return;  // the box may be drawn before its line shows the new session
    draft.text = area.value;
    if (known.text === draft.sent) draft.was = known.text;
    if (!draft.waits && known.saved) drafts.delete(id);
    else if (draft.waits && draft.sent !== draft.text && now - draft.typed >= PAUSE) send(draft, area);
  };
  const look = () => {
    const run = document.querySelector('[data-test-script-state]');
    if (run && run.dataset.testScriptState !== 'notRunning') return;  // the card may be only partly drawn
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
  const progress = () => {  // the card that was stored last carries the progress of the audit
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
  const drawn = () => {  // Streamlit replaces the text of a line, so a screen reader must listen to the element around it
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
  document.addEventListener('click', event => {  // following a link while text is being sent shows an empty page
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
    """Puts the script into the page. It stays there when another question is shown."""
    st.html(_STYLE + _SCRIPT, unsafe_allow_javascript=True)


def card_state(key: str, symbol: str, words: str, *, saved: bool, tells: Mapping[str, str]) -> None:
    """Shows the line of a card that says whether all of it is stored. A screen reader reads every change aloud.

    Args:
        key: the key of the line: like the keys of the boxes, but ending with ``state``.
        symbol: a character before the words; not read aloud.
        words: the text of the line.
        saved: whether everything that the server has received is stored.
        tells: data for the script: by box, the text that the server has received; and the progress of the audit.
    """
    echo = " ".join(f'data-{name}="{quote(text, safe="", errors="replace")}"' for name, text in tells.items())
    with st.container(key=key):
        st.markdown(
            f'<span class="card-said"><span aria-hidden="true">{symbol}</span> {escape(words)}</span>'
            f'<span class="card-unsaved"></span>'
            f'<span class="card-echo" data-saved="{"yes" if saved else "no"}" {echo}></span>',
            unsafe_allow_html=True,
        )


@dataclass(frozen=True, kw_only=True)
class StatementCard:
    """One statement with what its card needs to know of the open audit.

    Attributes:
        criterion: the statement, with its question and framework.
        levels: the practice levels of the audit's criteria.
        desk_review: whether the audit is a desk review, which does not ask about practice.
        last: last year's answer, if one was carried forward.
        last_year: the academic year of that answer.
        proposal: what is proposed while the statement has no response; None if nothing is.
        beside: the answers to other editions that help to answer it.
        also: the revisions of the older statements for which an answer to it is stored too, since they ask the same.
        counts_also: where else an answer to it counts, in words; empty if nowhere.
    """

    criterion: Criterion
    levels: tuple[PracticeLevel, ...]
    desk_review: bool
    last: Response | None
    last_year: str
    proposal: Proposal | None
    beside: tuple[OtherAnswer, ...]
    also: Mapping[str, int]
    counts_also: str

    @property
    def confirmable(self) -> Response | None:
        """The response that is stored if the person accepts what is proposed; None if nothing is."""
        return self.proposal.response if self.proposal else None

    @property
    def evidence_beside(self) -> tuple[OtherAnswer, ...]:
        """The answers to other editions whose evidence helps; what is proposed whole brings its own into the box."""
        proposed = self.confirmable.evidence if self.confirmable else ""
        return tuple(a for a in self.beside if a.response.evidence.strip() and a.response.evidence != proposed)

    @property
    def id(self) -> str:
        """The permanent id of the statement."""
        return self.criterion.id


def asked_in(audit: Audit, criterion: Criterion, criteria: Criteria) -> StatementCard:
    """The card of a statement in an audit.

    Args:
        audit: the audit.
        criterion: the statement.
        criteria: the criteria of the audit, and any others whose answers may help to answer it.
    """
    carried = audit.carried.get(criterion.id)
    also = also_stored(audit, criteria, criterion.id)
    return StatementCard(
        criterion=criterion,
        levels=criteria.practice_levels,
        desk_review=audit.basis == "desk review",
        last=None if carried is None else carried.response,
        last_year=audit.carried_from,
        proposal=proposal(audit, criteria, criterion),
        beside=other_answers(audit, criteria, criterion.id),
        also=also,
        counts_also=listed(named_with_framework(criteria[s]) for s in also),
    )


def widget_key(statement: str, name: str) -> str:
    """The key of a widget of a statement."""
    return f"answer.{session().audit_id}.{statement}.{name}"


def show_stored(tab: Session, card: StatementCard, stored: Response, *, arrived: bool) -> None:
    """Makes the widgets of a statement show what is stored, unless this person has a conflict to settle.

    If nothing is stored, they show what is proposed.

    Args:
        tab: this tab's session.
        card: the statement.
        stored: the response that is stored now.
        arrived: whether the person has just come to this question; the widgets may then hold old values.
    """
    gone = widget_key(card.id, "evidence") not in st.session_state
    if arrived or gone or (card.id not in tab.conflicts and tab.shown.get(card.id) != stored):
        tab.conflicts.pop(card.id, None)
        tab.notes.pop(card.id, None)
        tab.shown[card.id] = stored
        begins = card.confirmable if stored == NO_RESPONSE and card.confirmable else stored
        _view(tab, card.id, begins)


def _view(tab: Session, statement: str, response: Response) -> None:
    """Makes the widgets show a response. Widgets that show it already are not touched: somebody may be typing."""
    tab.viewed[statement] = response
    _set(statement, "written", response.written)
    _set(statement, "practice", response.practice)
    _set(statement, "na", bool(response.not_applicable))
    if response.not_applicable or response.comment:
        _set(statement, "more", True)
    for name in BOXES:
        text = getattr(response, name)
        key = widget_key(statement, name)
        if key not in st.session_state or tidy(st.session_state[key] or "") != text:
            st.session_state[key] = text


def _set(statement: str, name: str, value: object) -> None:
    key = widget_key(statement, name)
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def heard(tab: Session, statement: str) -> dict[str, str]:
    """By text box of a statement, the text that the browser sent last, unchanged."""
    viewed = tab.viewed[statement]
    return {name: st.session_state.get(widget_key(statement, name), getattr(viewed, name)) or "" for name in BOXES}


def is_set_aside(tab: Session, statement: str) -> bool:
    """Whether the person has ticked that the statement does not apply, even if the reason is still missing."""
    return bool(st.session_state.get(widget_key(statement, "na"), tab.viewed[statement].not_applicable))


def _entered(tab: Session, statement: str) -> Response | str:
    """The response that the widgets show, or why it cannot be stored. Hidden widgets keep their last values."""
    texts = heard(tab, statement)
    evidence, comment, reason = (tidy(text) for text in (texts["evidence"], texts["comment"], texts["not_applicable"]))
    for name, text in (("Evidence", evidence), ("Comment", comment), ("Reason", reason)):
        if fault := fault_of(text):
            return f"{name} not saved. {fault}"
    if is_set_aside(tab, statement):
        if not reason.strip():
            return "Not saved yet: give the reason why it does not apply; it is saved with the reason."
        if (
            says_nothing(reason) and reason != tab.shown[statement].not_applicable
        ):  # a reason that was stored earlier may stay
            return f"Not saved yet: “{reason.strip()[:40]}” gives no reason. {ASK_AGAIN}"
        return Response(not_applicable=reason, evidence=evidence, comment=comment)
    written: Written | None = st.session_state.get(widget_key(statement, "written"))
    practice: Practice | None = st.session_state.get(widget_key(statement, "practice"))
    return Response(written=written, practice=practice, evidence=evidence, comment=comment)


def save_answer(card: StatementCard) -> None:
    """Stores what the widgets show, or notes why that is not possible. Called at every change of a widget."""
    tab = session()
    tab.undrawn.add(card.id)
    viewed = tab.viewed[card.id]
    response = _entered(tab, card.id)
    if isinstance(response, str):
        if is_set_aside(tab, card.id) and not viewed.not_applicable:
            tab.set_aside.setdefault(card.id, viewed)
        tab.notes[card.id] = (False, response)
        return
    if not response.not_applicable and card.id in tab.set_aside:
        answers = tab.set_aside.pop(card.id)
        response = replace(response, written=answers.written, practice=answers.practice)
    if response == viewed:  # ticked and unticked again, which does not confirm last year's answer
        tab.notes.pop(card.id, None)
        _view(tab, card.id, response)
    else:
        _put(tab, card, tab.shown[card.id], response)


def confirm(card: StatementCard) -> None:
    """Stores what is proposed as this year's answer."""
    tab = session()
    if card.confirmable is None:
        return
    if (reason := card.confirmable.not_applicable) and says_nothing(reason):
        whose = "last year’s" if card.proposal and card.proposal.origin == "last year" else "the proposed"
        tab.notes[card.id] = (False, f"Not saved yet: {whose} “{reason.strip()[:40]}” gives no reason. {ASK_AGAIN}")
    else:
        _put(tab, card, tab.shown[card.id], card.confirmable)


def clear(card: StatementCard) -> None:
    """Removes both answers. The typed text stays, and `undo_clear` can bring the answers back."""
    tab = session()
    base = tab.shown[card.id]
    if base.written is not None or base.practice is not None:
        tab.cleared[card.id] = base
    _put(tab, card, base, Response(evidence=base.evidence, comment=base.comment))


def undo_clear(card: StatementCard) -> None:
    """Puts back the answers that were just cleared. Text typed since stays. If saving fails, the person can retry."""
    tab = session()
    base, cleared = tab.shown[card.id], tab.cleared[card.id]
    _put(tab, card, base, replace(base, written=cleared.written, practice=cleared.practice))
    if tab.notes[card.id][0]:
        del tab.cleared[card.id]


def settle_conflict(card: StatementCard, *, mine_wins: bool) -> None:
    """Settles a conflict with the answer that the person chose."""
    tab = session()
    conflict = tab.conflicts.pop(card.id)
    tab.shown[card.id] = conflict.theirs
    if mine_wins:
        _put(tab, card, conflict.theirs, conflict.mine)
    else:
        tab.notes[card.id] = (True, f"The other answer was kept, {clock()}")
        _view(tab, card.id, conflict.theirs)


def _put(tab: Session, card: StatementCard, base: Response, response: Response) -> None:
    try:
        result = store().save(
            tab.audit_id,
            card.id,
            base=base,
            mine=response,
            of_revision=card.criterion.statement.revision,
            also=card.also,
            role=tab.role,
        )
    except REFUSALS as error:
        tab.notes[card.id] = (False, refusal(error, retry="Change the answer again to retry."))
        return
    if isinstance(result, Conflict):
        tab.conflicts[card.id] = result
        tab.notes[card.id] = (False, "Not saved yet: somebody else answered this meanwhile. Choose below.")
        return
    tab.conflicts.pop(card.id, None)
    tab.shown[card.id] = result.response
    tab.moved = True
    tab.notes[card.id] = (True, f"Saved at {clock()}")
    _view(tab, card.id, result.response)
