"""`python -m kiosk`."""

import os
import sys

from kiosk.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
