"""Conclusions are drawn once from the same records, and do not outgrow their bounds."""

from connectors.store.weight import weight
from resolvers.conclusions import MOST, Conclusions


def shouted(text: list[str]) -> str:
    """A rule."""
    return text[0].upper()


def test_the_same_records_are_concluded_from_once() -> None:
    """The very same records give the very same conclusion; equal ones are another matter."""
    conclusions, one, other = Conclusions(), ["a"], ["a"]

    assert conclusions.of(shouted, (one,)) is conclusions.of(shouted, (one,))
    conclusions.of(shouted, (other,))
    assert len(conclusions._drawn) == 2


def test_they_are_bounded_by_number_and_by_bytes() -> None:
    """The longest unused go first; what is larger than all may be is concluded and not kept."""
    small = [[f"{number}"] for number in range(2 * MOST)]
    conclusions = Conclusions()
    for record in small:
        conclusions.of(shouted, (record,))
    assert len(conclusions._drawn) == MOST

    size = weight(["x" * 100]) or 0
    conclusions = Conclusions(most_bytes=3 * size)
    for _ in range(10):
        conclusions.of(shouted, (["x" * 100],))
        assert conclusions.bytes <= 3 * size
    assert len(conclusions._drawn) == 3
    assert conclusions.of(shouted, (["x" * 10_000],)) == "X" * 10_000
    assert conclusions.bytes <= 3 * size


def test_what_many_rest_on_is_weighed_once() -> None:
    """The catalogue of plans does not fill the room of everybody's conclusions."""
    catalogue = ["y" * 1000]
    small = weight(["x"]) or 0
    conclusions = Conclusions(most_bytes=(weight(catalogue) or 0) + 10 * small)
    for _ in range(20):
        conclusions.of(lambda one, _: one, (["x"], catalogue))

    assert len(conclusions._drawn) == 10
    assert conclusions.bytes == (weight(catalogue) or 0) + 10 * small


def test_nothing_is_left_of_what_was_cleared() -> None:
    """Neither records nor their weight."""
    conclusions = Conclusions()
    conclusions.of(shouted, (["a"],))

    conclusions.clear()

    assert (len(conclusions._drawn), conclusions.bytes) == (0, 0)
