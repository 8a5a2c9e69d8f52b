"""The upstreams simulated honestly, quirks included. Imports nothing of the gateway."""
