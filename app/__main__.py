"""`python -m app` is `insurance-gateway`."""

import sys

from app.cli import main

sys.exit(main())
