"""``python -m audit``."""

import sys

try:
    from audit.cli import main
except KeyboardInterrupt:  # loading takes a second or two
    sys.exit("Aborted!")

main(prog_name="python -m audit")
