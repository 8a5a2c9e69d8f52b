"""A static secret goes into one header and nowhere else."""

import traceback

import pytest

from connectors.authorization import StaticHeader

SECRET = "clinic-t0ken-5f0c"


async def test_the_header_is_sent_as_given() -> None:
    """The secret is in the named header, alone."""
    assert await StaticHeader("X-User-Token", SECRET).headers() == {"X-User-Token": SECRET}


async def test_a_refusal_is_final() -> None:
    """There is no other secret to try after a 401."""
    header = StaticHeader("X-User-Token", SECRET)
    assert header.refused(await header.headers()) is False


def test_the_secret_is_not_shown() -> None:
    """What prints the object does not print the secret."""
    header = StaticHeader("X-User-Token", SECRET)
    assert SECRET not in f"{header!r} {header}"


@pytest.mark.parametrize("broken", ["\r\nX: 1", "\n", "\0", "é", " ", "\t"], ids=range(6))
def test_what_no_header_can_carry_is_refused_at_once(broken: str) -> None:
    """A secret that would break a request is refused when it is configured, and is not repeated."""
    with pytest.raises(ValueError, match="X-User-Token") as raised:
        StaticHeader("X-User-Token", SECRET + broken)
    assert SECRET not in "".join(traceback.format_exception_only(raised.value))


def test_no_secret_is_none() -> None:
    """An empty secret is a mistake of the configuration."""
    with pytest.raises(ValueError, match="X-User-Token"):
        StaticHeader("X-User-Token", "")
