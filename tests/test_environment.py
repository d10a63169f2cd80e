"""The environment is one: lock, conda file, package metadata and what is installed agree."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from jupytext.config import load_jupytext_config
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PYTHON = "3.11"


class Pin(NamedTuple):
    version: str
    marker: str


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pin(requirement: str) -> tuple[str, Pin]:
    parsed = Requirement(requirement)
    (specifier,) = parsed.specifier
    assert specifier.operator == "==", requirement
    return canonicalize_name(parsed.name), Pin(specifier.version, str(parsed.marker or ""))


def lock_entries(name: str = "requirements.lock") -> list[str]:
    """Return each requirement of a lock file with its hashes, as one line."""
    lines = [line for line in read(name).splitlines() if not line.lstrip().startswith("#")]
    return "\n".join(lines).replace("\\\n", "").splitlines()


def locked(name: str = "requirements.lock") -> dict[str, Pin]:
    return dict(pin(entry.split(" --hash=")[0]) for entry in lock_entries(name))


def group(name: str, groups: dict[str, list[Any]]) -> list[str]:
    requirements: list[str] = []
    for item in groups[name]:
        included = isinstance(item, dict)
        requirements += group(item["include-group"], groups) if included else [item]
    return requirements


@pytest.fixture(scope="module")
def pyproject() -> dict[str, Any]:
    return tomllib.loads(read("pyproject.toml"))


@pytest.fixture(scope="module")
def conda() -> dict[str, Any]:
    return yaml.safe_load(read("environment.yml"))


def conda_pip(conda: dict[str, Any]) -> list[str]:
    (section,) = (item["pip"] for item in conda["dependencies"] if isinstance(item, dict))
    return section


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-gpu.lock"])
def test_every_locked_package_has_an_exact_version_and_hashes(name: str) -> None:
    entries = lock_entries(name)
    assert entries
    for entry in entries:
        requirement, *hashes = entry.split(" --hash=")
        assert "==" in requirement, entry
        assert hashes, f"{requirement} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", digest) for digest in hashes), entry


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-gpu.lock", "environment.yml"])
def test_packages_come_from_the_readers_own_registry(name: str) -> None:
    assert not re.search(r"https?://|file:/|--(?:extra-)?index|--find-links| @ ", read(name))


def test_the_lock_satisfies_every_declared_requirement(pyproject: dict[str, Any]) -> None:
    versions = locked()
    declared = (
        pyproject["project"]["dependencies"]
        + pyproject["build-system"]["requires"]
        + group("dev", pyproject["dependency-groups"])
    )
    for requirement in map(Requirement, declared):
        version = versions[canonicalize_name(requirement.name)].version
        assert version in requirement.specifier, f"{requirement} against {version} in the lock"


def test_the_gpu_build_is_the_same_release_of_mxnet(pyproject: dict[str, Any]) -> None:
    gpu = locked("requirements-gpu.lock")
    assert gpu == dict(map(pin, pyproject["dependency-groups"]["gpu"]))
    assert [entry.version for entry in gpu.values()] == [locked()["mxnet"].version] == ["1.9.1"]


def test_conda_installs_the_locked_versions(conda: dict[str, Any]) -> None:
    assert dict(pin(item) for item in conda_pip(conda) if item != "-e .") == locked()


def test_conda_installs_the_package_itself(conda: dict[str, Any]) -> None:
    assert "-e ." in conda_pip(conda)


def test_the_python_version_is_the_same_everywhere(
    pyproject: dict[str, Any], conda: dict[str, Any]
) -> None:
    assert sys.version_info[:2] == tuple(map(int, PYTHON.split(".")))
    assert pyproject["project"]["requires-python"] == f">={PYTHON},<3.12"
    assert pyproject["tool"]["mypy"]["python_version"] == PYTHON
    assert pyproject["tool"]["ruff"]["target-version"] == f"py{PYTHON.replace('.', '')}"
    assert f"python={PYTHON}" in conda["dependencies"]
    jobs = yaml.safe_load(read(".github/workflows/ci.yml"))["jobs"]
    steps = [step.get("with", {}) for job in jobs.values() for step in job["steps"]]
    assert {step["python-version"] for step in steps if "python-version" in step} == {PYTHON}
    for name in ["Makefile", "tools/setup_venv.sh"]:
        assert set(re.findall(r"\b3\.\d+\b", read(name))) == {PYTHON}, name


def test_the_installed_versions_are_the_locked_ones() -> None:
    installed = {canonicalize_name(d.metadata["Name"]): d.version for d in metadata.distributions()}
    expected = {
        name: entry.version
        for name, entry in locked().items()
        if not entry.marker or Marker(entry.marker).evaluate()
    }
    if "mxnet-cu112" in installed:  # `make test-gpu`
        expected["mxnet-cu112"] = expected.pop("mxnet")
    assert {name: installed.get(name) for name in expected} == expected


def test_the_imported_package_is_the_one_in_this_repository() -> None:
    import d2l_local

    assert Path(d2l_local.__file__).parent == ROOT / "d2l_local"


def test_notebooks_run_on_the_interpreter_that_runs_the_tests() -> None:
    manager = KernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager())
    assert manager.format_kernel_cmd()[0] == sys.executable


def test_jupyterlab_knows_the_settings_that_the_course_overrides() -> None:
    overrides = json.loads(read("jupyter/labconfig/default_setting_overrides.json"))
    schemas = Path(sys.prefix, "share/jupyter/lab/schemas")
    for plugin, settings in overrides.items():
        package, _, name = plugin.partition(":")
        schema = json.loads((schemas / package / f"{name}.json").read_text(encoding="utf-8"))
        assert settings.keys() <= schema["properties"].keys()


def test_only_files_of_the_course_are_paired() -> None:
    config = load_jupytext_config(str(ROOT / "README.md"))
    assert config.default_formats(str(ROOT / "notebooks/00-welcome.md"))
    assert config.default_formats(str(ROOT / "notebooks/00-welcome.ipynb"))
    assert config.default_formats(str(ROOT / "README.md")) is None


class Setup:
    """A copy of the set-up script in a world with few programs."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.bin = root / "bin"
        self.bin.mkdir()
        for program in ["cat", "cksum", "dirname", "rm", "mkdir", "ln"]:
            (self.bin / program).symlink_to(str(shutil.which(program)))
        (root / "tools").mkdir()
        for name in ["tools/setup_venv.sh", "requirements.lock", "pyproject.toml"]:
            shutil.copy(ROOT / name, root / name)

    def fake_uv(self, pip: str) -> None:
        """Put a `uv` there whose installing is the given shell command."""
        uv = self.bin / "uv"
        python = f"mkdir -p .venv/bin && ln -s '{sys.executable}' .venv/bin/python"
        uv.write_text(f"#!/bin/sh\ncase $1 in venv) {python};; pip) {pip};; esac\n")
        uv.chmod(0o755)

    def run(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", str(self.root / "tools/setup_venv.sh"), ".venv"],
            env={"PATH": str(self.bin), "HOME": os.environ.get("HOME", "/")},
            capture_output=True,
            text=True,
        )


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(tmp_path)


def test_without_python_the_set_up_names_two_ways_out(setup: Setup) -> None:
    result = setup.run()
    assert result.returncode == 1
    (sentence,) = result.stderr.splitlines()
    assert "No usable Python 3.11" in sentence and "uv" in sentence and "conda" in sentence
    assert not setup.venv.exists()


def test_a_failed_installation_leaves_no_environment(setup: Setup) -> None:
    setup.fake_uv("echo no network >&2; exit 2")
    result = setup.run()
    assert result.returncode != 0
    assert "no network" in result.stderr
    assert not setup.venv.exists()


def test_a_second_set_up_installs_nothing_until_a_requirement_changes(setup: Setup) -> None:
    setup.fake_uv('echo "$@" >>pip.log')
    log = setup.root / "pip.log"
    assert setup.run().returncode == 0
    first = log.read_text()
    assert "--require-hashes" in first and "--no-build-isolation" in first
    assert setup.run().returncode == 0
    assert log.read_text() == first
    for name in ["requirements.lock", "pyproject.toml"]:
        with (setup.root / name).open("a") as file:
            file.write("# changed\n")
        assert setup.run().returncode == 0
        assert log.read_text() != first, name
        first = log.read_text()


def test_a_moved_repository_gets_a_new_environment(setup: Setup, tmp_path: Path) -> None:
    setup.fake_uv('echo "$@" >>pip.log')
    assert setup.run().returncode == 0
    moved = tmp_path / "moved here"
    moved.mkdir()
    for item in [".venv", "tools", "requirements.lock", "pyproject.toml"]:
        (setup.root / item).rename(moved / item)
    setup.root = moved
    assert setup.run().returncode == 0
    assert (moved / "pip.log").exists()
