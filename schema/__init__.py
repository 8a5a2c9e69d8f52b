"""What a client may ask: Strawberry declarations over records. No I/O, no logic."""
