"""How each upstream is spoken to, and what is remembered of it."""
