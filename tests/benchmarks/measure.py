"""What the benchmarks share: clicks timed in the browser, and medians."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter, process_time

from playwright.sync_api import Locator, Page

# Notes when the server last spoke: an answer that changes nothing visible counts too.
_LISTEN = """(() => {
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', () => { window.heard = (window.heard || 0) + 1; window.last = performance.now(); });
    }
  };
})()"""
_CLICK = """label => new Promise((done, fail) => {
  const begin = performance.now(), before = window.heard;
  const watch = new MutationObserver(() => { window.last = performance.now(); });
  watch.observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
  const timer = setInterval(() => {
    const now = performance.now();
    if (window.heard > before && now - window.last > 150) {
      clearInterval(timer); watch.disconnect(); done(window.last - begin);
    } else if (now - begin > 10000) {
      clearInterval(timer); fail(new Error('the click changed nothing'));
    }
  }, 10);
  label.click();
})"""


def listen(page: Page) -> None:
    """Prepares a page, before it is opened, for `click`."""
    page.add_init_script(_LISTEN)


def click(label: Locator) -> float:
    """Milliseconds in the browser from a click until the server has spoken and nothing changes any more."""
    elapsed: float = label.evaluate(_CLICK)
    return elapsed


def median_ms(action: Callable[[], object], repeats: int = 40) -> float:
    """The median time of an action in milliseconds, after three unmeasured runs."""
    times = []
    for number in range(repeats + 3):
        begin = perf_counter()
        action()
        if number >= 3:
            times.append((perf_counter() - begin) * 1000)
    return statistics.median(times)


def medians_in_turn_ms(
    first: Callable[[], object], second: Callable[[], object], repeats: int = 100
) -> tuple[float, float]:
    """The median processor time of two actions in milliseconds, run in turn so that other work on the machine meets both."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(repeats + 3):
        for action, taken in zip((first, second), times, strict=True):
            begin = process_time()
            action()
            if number >= 3:
                taken.append((process_time() - begin) * 1000)
    return statistics.median(times[0]), statistics.median(times[1])


def report(name: str, ours: float, yardstick: str, theirs: float, aim: str) -> None:
    """One line: the ratio first, since only it compares between machines."""
    print(f"{name}: {ours / theirs:.2f} × {yardstick} ({ours:.1f} against {theirs:.1f}); aim {aim}")


def median(values: Iterable[float]) -> float:
    """The median of measured values."""
    return statistics.median(values)


def write_script(folder: Path, text: str) -> Path:
    """A small Streamlit app to compare with, in a folder without our settings."""
    script = folder / "yardstick.py"
    script.write_text(text, encoding="utf-8")
    return script
