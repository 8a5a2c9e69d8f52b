"""The graph as a careful team writes it by the book: what ours is compared with.

Strawberry's own ASGI app with its parser and validation caches; types with plain attributes and an
`async def` resolver for each relationship; DataLoaders for each request; one httpx client for each upstream
as long as the process lives; behind the loaders a dict of built objects, kept as long as our gateway keeps
its records. It trusts its upstreams and its callers: no retries, no limits, no access rules.
"""
