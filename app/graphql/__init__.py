"""One GraphQL request's way in: the HTTP rules, the prepared operation, its execution."""
