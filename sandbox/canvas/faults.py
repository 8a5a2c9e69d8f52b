"""What can be wrong with a FHIR answer although HTTP and JSON are fine."""

from sandbox.canvas.wire import Resource
from sandbox.faults import Act, edit_json


def wrong_id(id_: str = "somebody-else") -> Act:
    """A read answers with another resource of that type."""
    return edit_json(lambda resource: resource | {"id": id_})


def wrong_type(type_: str = "Basic") -> Act:
    """A read or a search answers with a resource of another type."""
    return edit_json(lambda resource: resource | {"resourceType": type_})


def bad_entry(place: int = 0) -> Act:
    """One entry of a page is a resource whose elements have the wrong JSON types."""

    def spoil(bundle: Resource) -> Resource:
        spoilt = bundle["entry"][place]["resource"] | {"order": "first", "period": 7, "name": 7}
        bundle["entry"][place] = {"resource": spoilt}
        return bundle

    return edit_json(spoil)


def paging_loop() -> Act:
    """The next page is this page, for ever."""

    def loop(bundle: Resource) -> Resource:
        return _with_next(bundle, next(link["url"] for link in bundle["link"] if link["relation"] == "self"))

    return edit_json(loop)


def next_elsewhere(url: str) -> Act:
    """The link to the next page leads to another origin."""
    return edit_json(lambda bundle: _with_next(bundle, url))


def _with_next(bundle: Resource, url: str) -> Resource:
    others = [link for link in bundle.get("link", ()) if link["relation"] != "next"]
    return bundle | {"link": [*others, {"relation": "next", "url": url}]}
