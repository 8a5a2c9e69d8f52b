"""The page that developers try the graph on, as Strawberry packages it but for what it would give away."""

from strawberry.http.ides import get_graphql_ide_html

INSTEAD = {
    # Queries and variables would be in the browser's history, and in the URL of the next request.
    "history.replaceState(null, null, newSearch);": "",
    "shouldPersistHeaders: true": "shouldPersistHeaders: false",
}


def graphiql_page() -> str:
    """The page's HTML; it posts to the URL that it was loaded from."""
    page = get_graphql_ide_html("graphiql")
    for packaged, ours in INSTEAD.items():
        page = page.replace(packaged, ours)
    return page
