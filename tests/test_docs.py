"""What the documents say is so."""

import pkgutil
import re
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from inspect import signature
from pathlib import Path
from types import ModuleType

from pydantic import BaseModel
from starlette.applications import Starlette

from app.cache_settings import AgesSettings, CacheSettings
from app.graphql.endpoint import GraphQLEndpoint
from app.server import _config
from app.settings import (
    PREFIX,
    CanvasSettings,
    ClinicSettings,
    EligibilitySettings,
    IdentitySettings,
    PayersSettings,
    Settings,
)
from resolvers import rules
from schema.errors import Code
from schema.query import graph

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


def test_every_code_of_a_rule_is_explained() -> None:
    """The page on the summary has each code that a rule tells a client, and no code that nobody knows."""
    told = set(re.findall(r"`([A-Z][A-Z_]+)`", (DOCS / "summary.md").read_text()))
    types = graph().schema.type_map
    codes = {code.name for kind in enums(rules) if kind.__name__ in types for code in kind}

    assert sorted(codes - told) == []
    assert sorted(told - codes - set(Code) - {"GATEWAY_PAYERS__FILE"}) == []


def enums(package: ModuleType) -> Iterator[type[Enum]]:
    """The lists of codes that the modules of a package declare."""
    for one in pkgutil.iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{one.name}")
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, Enum) and kind.__module__ == module.__name__:
                yield kind


def test_the_example_of_nginx_fits_the_gateway() -> None:
    """It closes idle connections first, waits for every answer, and keeps every body in memory."""
    page = (DOCS / "operations" / "replicas.md").read_text()
    told = dict(re.findall(r"^ +(\w+) +(\d+)[sm];", page, re.MULTILINE))
    most = signature(GraphQLEndpoint).parameters["most_body_bytes"].default

    assert int(told["keepalive_timeout"]) < _config(Starlette()).timeout_keep_alive
    assert int(told["proxy_read_timeout"]) > Settings.model_fields["timeout"].default
    assert int(told["client_max_body_size"]) * 1024**2 > most
    assert told["client_body_buffer_size"] == told["client_max_body_size"]


def test_every_link_leads_somewhere() -> None:
    """A relative link of the README or of a page in docs/ names a file that is there."""
    pages = [*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text())]

    assert len(links) > 5
    assert [link for page, link in links if not (page.parent / link).exists()] == []
