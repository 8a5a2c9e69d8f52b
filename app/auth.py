"""Who asks. Until callers are authenticated the gateway serves this machine only, as one principal."""

from resolvers.access import Principal

SANDBOX_PRINCIPAL = Principal(subject="sandbox", tenant="sandbox", patients=None)
