"""How far one of the clinic's lists goes: from page to page, until it ends."""

from typing import Generic, TypeVar

from connectors.clinic.envelope import Page
from connectors.clinic.records import ClinicRecord
from connectors.errors import BadResponse

R = TypeVar("R", bound=ClinicRecord)


class Walk(Generic[R]):
    """Until it is `over`, `number` is the next page to ask for: at most `most`, of `size` if that is heeded.

    With a pagination object, the list ends where it says so. Without one, it ends with

    - an empty page;
    - a page shorter than the first one. The first one itself may be short because the clinic caps the size
      that is asked for, at a bound nobody documents: a further question is cheaper than a list cut short;
    - a page of known records only, which is left out: the clinic does not turn pages, and gave all at once.

    What contradicts itself is a BadResponse, since a part would be told as the whole: another page than was
    asked for; a page that promises more behind it and brings nothing new; without a pagination object, a
    repeated page of exactly the size asked for, which may be cut off there, or a page without any readable
    record, which may be a repeated one; more than `most` pages.
    """

    def __init__(self, system: str, size: int, *, number: int, most: int) -> None:
        self.number = number
        self.over = False
        self._system = system
        self._size = size
        self._last = number + most - 1
        self._first_size: int | None = None
        self._known: set[str] = set()

    def take(self, page: Page[R]) -> bool:
        """The page that was asked for: whether it brings anything that is not known."""
        ids = {record.id for record in page.records}
        repeats = bool(ids) and ids <= self._known
        self._known |= ids
        self.over = not self._leads_on(page, repeats=repeats) or repeats
        if self.number == self._last and not self.over:
            raise BadResponse(self._system)
        self.number += 1
        return not repeats

    def _leads_on(self, page: Page[R], *, repeats: bool) -> bool:
        if page.pagination is None:
            return self._leads_on_by_size(page, repeats=repeats)
        if page.size == 0 and self.number >= page.pagination.total_pages:
            return False
        turned = page.pagination.current_page == self.number
        if not turned or (page.promises_more and (repeats or page.size == 0)):
            raise BadResponse(self._system)
        return page.promises_more

    def _leads_on_by_size(self, page: Page[R], *, repeats: bool) -> bool:
        if (repeats and page.size == self._size) or (page.size and not page.records):
            raise BadResponse(self._system)
        self._first_size = page.size if self._first_size is None else self._first_size
        return 0 < page.size >= self._first_size and not repeats
