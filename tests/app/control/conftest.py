import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def own() -> Iterator[Path]:
    """A directory that only this user can enter; its path is short enough for a socket's."""
    with tempfile.TemporaryDirectory() as directory:
        yield Path(directory)
