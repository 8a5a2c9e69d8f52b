"""What the process that serves asks of its system."""

import subprocess
import sys

FEW = """
import resource
from app.server import open_many

_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, most))
open_many()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0] == most)
"""


def test_as_many_descriptors_as_the_system_allows() -> None:
    """However few a process begins with."""
    told = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", FEW], check=True, capture_output=True, text=True
    )
    assert told.stdout == "True\n"
