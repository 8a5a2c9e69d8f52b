"""Pure conclusions from records: no await, no read, each with its table of cases."""
