"""Tables of cases, kept as Markdown so that who knows billing can read and correct a row."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Table:
    """A table, the heading it stands under, and the bullets between it and the next heading."""

    title: str
    rows: list[dict[str, str]] = field(default_factory=list)
    bullets: list[str] = field(default_factory=list)


def tables(page: str) -> list[Table]:
    """The tables of a page beside this file, one under each heading. A cell that is left blank is ""."""
    sections = (Path(__file__).parent / page).read_text().split("\n## ")[1:]
    return [_table(section.splitlines()) for section in sections]


def _table(lines: list[str]) -> Table:
    header, _, *rows = [_cells(line) for line in lines if line.startswith("|")]
    return Table(
        title=lines[0].strip(),
        rows=[dict(zip(header, row, strict=True)) for row in rows],
        bullets=[line.removeprefix("- ").strip() for line in lines if line.startswith("- ")],
    )


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
