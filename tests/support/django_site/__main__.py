"""``python -m tests.support.django_site COMMAND``: the commands of Django, and those of `work`.

A process of `work` prints one JSON document.
"""

from __future__ import annotations

import json
import os
import sys

import django
import pymysql
from django.core.management import execute_from_command_line


def main() -> None:
    """Do what the first word says."""
    pymysql.install_as_MySQLdb()
    os.environ["DJANGO_SETTINGS_MODULE"] = f"{__package__}.settings"
    django.setup()
    from tests.support.django_site import work

    command = work.COMMANDS.get(sys.argv[1])
    if command is None:
        execute_from_command_line(sys.argv)
    else:
        print(json.dumps(command(*sys.argv[2:])))


if __name__ == "__main__":
    main()
