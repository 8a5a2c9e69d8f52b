"""Minutes of mixed load on failing upstreams, after which nothing may have grown: part of `make long`."""
