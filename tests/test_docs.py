"""What the documents say is so."""

import re
from pathlib import Path

from pydantic import BaseModel

from app.settings import (
    PREFIX,
    AgesSettings,
    CacheSettings,
    CanvasSettings,
    ClinicSettings,
    EligibilitySettings,
    IdentitySettings,
    PayersSettings,
    Settings,
)
from schema.errors import Code

DOCS = Path(__file__).parents[1] / "docs"


def test_every_code_is_explained() -> None:
    """The table of errors and notices has each code that there is, and no other."""
    told = re.findall(r"^\| `([A-Z_]+)` \|", (DOCS / "errors.md").read_text(), re.MULTILINE)

    assert sorted(told) == sorted(Code)


def test_every_setting_is_explained() -> None:
    """The table of settings has each variable that there is, and no other."""
    told = re.findall(r"^\| `(GATEWAY_\w+)` \|", (DOCS / "operations.md").read_text(), re.MULTILINE)
    nested: dict[str, type[BaseModel]] = {
        "cache": CacheSettings,
        "canvas": CanvasSettings,
        "clinic": ClinicSettings,
        "eligibility": EligibilitySettings,
        "identity": IdentitySettings,
        "payers": PayersSettings,
    }
    known = {PREFIX + name.upper() for name in Settings.model_fields if name not in nested}
    for level, settings in nested.items():
        known |= {f"{PREFIX}{level.upper()}__{name.upper()}" for name in settings.model_fields}

    ages = f"{PREFIX}CACHE__AGES"
    known = known - {ages} | {f"{ages}__KIND__{name.upper()}" for name in AgesSettings.model_fields}

    assert sorted(told) == sorted(known)


def test_every_link_leads_somewhere() -> None:
    """A relative link of the README or of a page in docs/ names a file that is there."""
    pages = [*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text())]

    assert len(links) > 5
    assert [link for page, link in links if not (page.parent / link).exists()] == []
