"""The mirrors that this machine's own apt configuration names, and the keyrings it trusts them by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ONE_LINE = re.compile(
    r"deb\s+(?:\[(?P<options>[^]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<components>.*)"
)
_FIELD = re.compile(r"(?m)^(\S+?):(.*(?:\n[ \t].*)*)")
_NO = ("no", "false", "without", "off", "disable")


@dataclass(frozen=True)
class Repository:
    """A mirror of ``suites``; ``signed_by`` is a keyring's path, a key itself, or empty for apt's keys."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    signed_by: str

    def source(self, suite: str) -> str:
        """A deb822 entry for ``suite`` of this mirror."""
        fields = {
            "Types": "deb",
            "URIs": self.uri,
            "Suites": suite,
            "Components": " ".join(self.components),
            "Signed-By": self.signed_by,
        }
        return "".join(f"{name}: {value}\n" for name, value in fields.items() if value)


def stanzas(text: str) -> Iterator[Repository]:
    """The binary repositories in a file of the deb822 form (``*.sources``)."""
    for stanza in re.split(r"\n\s*\n", re.sub(r"(?m)^#.*\n?", "", text)):
        fields = {name.lower(): value.strip() for name, value in _FIELD.findall(stanza)}
        if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes").lower() in _NO:
            continue
        yield Repository(
            uri=fields.get("uris", ""),
            suites=tuple(fields.get("suites", "").split()),
            components=tuple(fields.get("components", "").split()),
            # A key given in full has several lines, each of which must stay a continuation.
            signed_by="\n ".join(line.strip() for line in fields.get("signed-by", "").splitlines()),
        )


def one_lines(text: str) -> Iterator[Repository]:
    """The binary repositories in a file of the one-line form (``*.list``)."""
    for line in text.splitlines():
        match = _ONE_LINE.match(line.partition("#")[0].strip())
        if match is None:
            continue
        options = dict(option.split("=", 1) for option in (match["options"] or "").split() if "=" in option)
        components = tuple(match["components"].split())
        yield Repository(match["uri"], (match["suite"],), components, options.get("signed-by", ""))
