"""``zdcdc`` and ``python -m zdcdc``.

Importing the commands takes half a second, and an interrupt in the meantime must end as it does later.
"""

from __future__ import annotations

import os
import signal

INTERRUPTED = 130


def main() -> None:
    """The entry point."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
            continue  # started under nohup
        # Nothing is open yet: leaving at once is the orderly end.
        signal.signal(number, lambda *_: os._exit(INTERRUPTED))
    from zdcdc.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
