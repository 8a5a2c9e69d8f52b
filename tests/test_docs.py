"""What the documents say is so."""

import re
from pathlib import Path

from app.settings import PREFIX, CanvasSettings, Settings
from schema.errors import Code

DOCS = Path(__file__).parents[1] / "docs"


def test_every_code_is_explained() -> None:
    """The table of errors and notices has each code that there is, and no other."""
    told = re.findall(r"^\| `([A-Z_]+)` \|", (DOCS / "errors.md").read_text(), re.MULTILINE)

    assert sorted(told) == sorted(Code)


def test_every_setting_is_explained() -> None:
    """The table of settings has each variable that there is, and no other."""
    told = re.findall(r"^\| `(GATEWAY_\w+)` \|", (DOCS / "operations.md").read_text(), re.MULTILINE)
    flat = {PREFIX + name.upper() for name in Settings.model_fields if name != "canvas"}
    nested = {f"{PREFIX}CANVAS__{name.upper()}" for name in CanvasSettings.model_fields}

    assert sorted(told) == sorted(flat | nested)
