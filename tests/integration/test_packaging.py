"""The SQL of triggers/ is found from an editable install, a wheel and an sdist alike."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.support.killed import ROOT

SCRIPTS = sorted(path.stem for path in (ROOT / "triggers").glob("*.sql"))
SHOW = f"""
import zdcdc, zdcdc.scripts
for name in {SCRIPTS!r}:
    zdcdc.scripts.template(name)
print(zdcdc.__file__)
"""


def run(*command: str | Path, directory: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an sdist, and a wheel that was made from it as an index would."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT, directory=folder)
    return folder


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """A fresh environment that sees the dependencies of this one, but not this checkout."""
    home = tmp_path / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    (site,) = home.glob("lib/python*/site-packages")
    dependencies = tmp_path / "dependencies"
    dependencies.mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if "zdcdc" not in entry.name:
            (dependencies / entry.name).symlink_to(entry)
    (site / "dependencies.pth").write_text(f"{dependencies}\n")
    return home / "bin" / "python"


def installed(python: Path, *what: str | Path, directory: Path) -> Path:
    """Installs into the environment; returns where zdcdc is then imported from, outside the checkout."""
    target = next(python.parent.parent.glob("lib/python*/site-packages"))
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--quiet")
    run(*pip, "--disable-pip-version-check", *what, directory=directory)
    shown = run(python, "-I", "-c", SHOW, directory=directory)
    assert run(python.parent / "zdcdc", "--version", directory=directory)
    assert target.is_dir()
    return Path(shown.strip())


def test_scripts_are_there_at_all() -> None:
    assert {"journal", "capture", "victims", "victim", "fence"} <= set(SCRIPTS)


def test_a_wheel_brings_the_scripts(built: Path, python: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"zdcdc/triggers/{name}.sql" for name in SCRIPTS} <= names
    assert not [name for name in names if name.startswith(("tests/", "triggers/"))]
    assert "venv" in str(installed(python, wheel, directory=tmp_path))


def test_an_sdist_brings_the_scripts(built: Path, python: Path, tmp_path: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {f"triggers/{name}.sql" for name in SCRIPTS} <= names
    assert "venv" in str(installed(python, sdist, directory=tmp_path))


def test_an_editable_install_finds_the_scripts_of_the_checkout(python: Path, tmp_path: Path) -> None:
    assert installed(python, "--editable", ROOT, directory=tmp_path) == ROOT / "zdcdc" / "__init__.py"
