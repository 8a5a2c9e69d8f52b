"""The page that developers try the graph on, as Strawberry packages it."""

from strawberry.http.ides import get_graphql_ide_html


def graphiql_page() -> str:
    """The page's HTML; it posts to the URL that it was loaded from."""
    return get_graphql_ide_html("graphiql")
