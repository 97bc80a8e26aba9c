"""Runs a command with servers on its PATH: `python -m tests.servers.run [--server KIND] -- COMMAND...`.

Where a Docker engine answers or PATH has a server already, nothing is fetched.
"""

from __future__ import annotations

import argparse
import os
import sys

from tests.servers.source import NoServerError, installation_of
from zdcdc.demo.container import engine_answers
from zdcdc.demo.installation import Kind


def main() -> int:
    """Become the command; returns only if that failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers.run", description=__doc__)
    parser.add_argument("--server", choices=[*(kind.value for kind in Kind), "both"], default="mysql")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND")
    options = parser.parse_args()
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("which command?")
    kinds = list(Kind) if options.server == "both" else [Kind(options.server)]
    environment = dict(os.environ)
    if not engine_answers():
        try:
            places = [str(installation_of(kind, os.environ).server.parent) for kind in kinds]
        except NoServerError as error:
            print(error, file=sys.stderr)
            return os.EX_UNAVAILABLE
        environment["PATH"] = os.pathsep.join([*places, environment.get("PATH", os.defpath)])
    try:
        os.execvpe(command[0], command, environment)
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
        return os.EX_NOINPUT


if __name__ == "__main__":
    sys.exit(main())
