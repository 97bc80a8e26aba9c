"""The machine's own apt entries are read in both of their forms, with the keys that they trust."""

from __future__ import annotations

from tests.servers.repository import Repository, one_lines, stanzas


def test_stanzas_keep_each_mirror_with_its_suites_and_keyring() -> None:
    text = """\
# a comment
Types: deb deb-src
# a comment between fields
URIs: http://mirror.example/debian
Suites: stable stable-updates
Components: main contrib
Signed-By: /keys/archive.gpg

Types: deb-src
URIs: http://mirror.example/sources
Suites: stable
Components: main

Enabled: no
Types: deb
URIs: http://mirror.example/off
Suites: stable
Components: main
"""
    assert list(stanzas(text)) == [
        Repository(
            "http://mirror.example/debian",
            ("stable", "stable-updates"),
            ("main", "contrib"),
            "/keys/archive.gpg",
        )
    ]


def test_a_key_written_out_in_a_stanza_survives_being_written_again() -> None:
    key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBGPL\n =abcd\n -----END PGP PUBLIC KEY BLOCK-----"
    text = (
        f"Types: deb\nURIs: http://mirror.example/x\nSuites: stable\nComponents: main\nSigned-By:\n {key}\n"
    )
    (repository,) = stanzas(text)
    assert repository.signed_by == key
    (again,) = stanzas(repository.source("stable"))
    assert again == repository


def test_lines_keep_the_keyring_among_other_options() -> None:
    text = """\
deb [arch=amd64 signed-by=/keys/other.gpg] http://mirror.example/ubuntu noble main universe  # a comment
deb http://mirror.example/plain noble main
# deb http://mirror.example/commented noble main
deb-src http://mirror.example/plain noble main
"""
    assert list(one_lines(text)) == [
        Repository("http://mirror.example/ubuntu", ("noble",), ("main", "universe"), "/keys/other.gpg"),
        Repository("http://mirror.example/plain", ("noble",), ("main",), ""),
    ]
