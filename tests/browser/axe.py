"""What axe-core finds wrong with a page as it stands."""

from __future__ import annotations

import json

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

CONTRAST = ("color-contrast",)


def accessibility_faults(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """One line a fault; of these rules alone, if any are named."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    violations = page.evaluate(f"axe.run({json.dumps(options)}).then(({{ violations }}) => violations)")
    return [f"{fault['id']}: {node['html'][:120]} {node['failureSummary']}" for fault in violations for node in fault["nodes"]]
