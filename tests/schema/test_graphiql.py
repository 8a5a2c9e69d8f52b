"""The developers' page gives nothing away of what is asked on it."""

from strawberry.http.ides import get_graphql_ide_html

from schema.graphiql import INSTEAD, graphiql_page


def test_the_page_keeps_queries_out_of_the_address() -> None:
    """A URL is kept by the browser and told to the gateway: no query, variable or header goes there."""
    page = graphiql_page()
    assert "replaceState" not in page
    assert "pushState" not in page
    assert "shouldPersistHeaders: false" in page


def test_what_is_taken_out_is_there() -> None:
    """Strawberry's page has each piece once: another version of it must be looked at anew."""
    packaged = get_graphql_ide_html("graphiql")
    assert {piece: packaged.count(piece) for piece in INSTEAD} == dict.fromkeys(INSTEAD, 1)
