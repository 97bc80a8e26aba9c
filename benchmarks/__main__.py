"""``python -m benchmarks``: every measurement, or the named ones."""

from __future__ import annotations

import argparse
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.copying import measure_copy
from benchmarks.lagging import measure_lag
from benchmarks.place import Place
from benchmarks.scanning import measure_scan
from zdcdc.demo.installation import Kind, find_installation
from zdcdc.demo.server import PrivateServer

MEASUREMENTS = {"copy": measure_copy, "lag": measure_lag, "scan": measure_scan}


def main() -> None:
    """Runs the chosen measurements on a private server and prints their tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("measurements", nargs="*", metavar="MEASUREMENT", help=" | ".join(MEASUREMENTS))
    parser.add_argument("--server", choices=[kind.value for kind in Kind], default=Kind.MYSQL.value)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    unknown = set(options.measurements) - MEASUREMENTS.keys()
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    installation = find_installation(os.environ["PATH"], Kind(options.server))
    if installation is None or installation.client is None:
        parser.error(f"no {options.server} server with its client is on PATH (use make bench)")
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zdcdc-bench-")))
        root = stack.enter_context(PrivateServer(installation, ("--local-infile=ON",)))
        place = Place(directory, root, installation.client, options.rows, options.runs)
        print(f"{installation.kind.value} {installation.version}, {os.cpu_count()} cores, binlog on")
        for name in options.measurements or MEASUREMENTS:
            MEASUREMENTS[name](place)


if __name__ == "__main__":
    main()
