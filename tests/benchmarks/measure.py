"""What the benchmarks share: clicks timed in the browser, and medians."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter

from playwright.sync_api import Locator

_CLICK = """label => new Promise(done => {
  const app = document.querySelector('[data-testid="stApp"]');
  const begin = performance.now();
  let ran = false;
  const watch = new MutationObserver(() => {
    if (app.getAttribute('data-test-script-state') !== 'notRunning') { ran = true; return; }
    if (ran) { watch.disconnect(); done(performance.now() - begin); }
  });
  watch.observe(app, {attributes: true});
  label.click();
})"""


def click(label: Locator) -> float:
    """Milliseconds in the browser from a click to the page at rest again."""
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
