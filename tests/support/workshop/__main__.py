"""``python -m tests.support.workshop COMMAND``: a command of `work`, which prints one JSON document."""

from __future__ import annotations

import json
import sys

from tests.support.workshop.work import quietly

if __name__ == "__main__":
    print(json.dumps(quietly(sys.argv[1])))
