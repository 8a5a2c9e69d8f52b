"""Organizations: by id, and by name."""

from connectors.canvas.connector import Canvas
from connectors.canvas.search import OrganizationSearch
from connectors.errors import InvalidKey
from connectors.fhir.organization import Organization
from connectors.listing import SearchPage
from connectors.payers import PayerId
from resolvers.arguments import After, Arguments, First, term
from resolvers.context import Context
from resolvers.join import FromContext, join
from resolvers.paging import Connection, page_of_search, size, start
from resolvers.read import read


class OrganizationsSought(Arguments, frozen=True, kw_only=True):
    """A page of the organizations with this as a part of their name."""

    name: str
    first: First = 20
    after: After = None


def _sought(_: None, asked: OrganizationsSought) -> OrganizationSearch:
    name = term(asked.name)
    if name is None:
        raise InvalidKey("name must not be empty.")
    return OrganizationSearch(name=name, first=size(asked), start=start(asked))


def _page(
    _: None, asked: OrganizationsSought, page: SearchPage[Organization] | None
) -> Connection[Organization] | None:
    return None if page is None else page_of_search(page, asked)


def _payer_ids(organization: Organization, context: Context) -> tuple[PayerId, ...]:
    return context.payers.of(organization)


payer_ids = FromContext(_payer_ids)
by_id = join(read(Canvas.organization, lambda _, asked: asked.id), then=lambda _, asked, found: found)
sought = join(read(Canvas.organizations, _sought), then=_page)
