"""axe-core, from a package, in the page: WCAG 2.2 AA."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

_SCRIPT = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
_AA = "{type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"
_ENHANCED_CONTRAST = "{type: 'rule', values: ['color-contrast-enhanced']}"


def violations(page: Page) -> list[str]:
    """What breaks a rule of WCAG 2.2 AA, as `rule: element: what to do`; nothing is excepted."""
    return _run(page, _AA)


def weak_contrasts(page: Page) -> list[str]:
    """Text of a contrast below 7:1 (4.5:1 where it is large)."""
    return _run(page, _ENHANCED_CONTRAST)


def _run(page: Page, only: str) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT)
    found = page.evaluate(f"axe.run(document, {{runOnly: {only}, resultTypes: ['violations']}})")
    return [
        f"{rule['id']}: {node['target']}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
