"""The package as a whole: how it is imported, what it offers, which module knows which."""

import ast
import inspect
import os
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from importlib import resources
from importlib.util import resolve_name
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import d2l_local as d2l

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "d2l_local"


def module_name(path: Path) -> str:
    """Return the full name of a module: d2l_local/data.py is d2l_local.data."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


# Importing


def run(code: str, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own, without the settings that this one has made."""
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "GOMP_", "PYTHON"))
    }
    return subprocess.run(
        [sys.executable, *options, "-c", code],
        env={**environment, **variables},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


def test_the_import_prints_nothing() -> None:
    result = run("import d2l_local", "-W", "default")
    assert (result.stdout, result.stderr) == ("", "")


def test_the_import_succeeds_where_every_warning_is_an_error() -> None:
    run("import d2l_local", "-W", "error")


def test_warnings_after_the_import_are_shown_as_before() -> None:
    code = """
import warnings
before = list(warnings.filters)
import d2l_local
# What the libraries behind it add for their own categories is theirs.
added = [f for f in warnings.filters if f not in before]
assert not [f for f in added if f[2] in (DeprecationWarning, UserWarning, Warning)], added
assert [f for f in warnings.filters if f in before] == before
warnings.warn("ours", DeprecationWarning)
warnings.warn_explicit("mxnet's", DeprecationWarning, "mxnet/late.py", 1, module="mxnet.late")
"""
    errors = run(code, "-W", "default").stderr
    assert "DeprecationWarning: ours" in errors
    assert "DeprecationWarning: mxnet's" in errors


def openmp_settings(**variables: str) -> dict[str, str]:
    """Return what MXNet's thread library says of itself when the package loads it."""
    errors = run("import d2l_local", OMP_DISPLAY_ENV="verbose", **variables).stderr
    if "OPENMP DISPLAY ENVIRONMENT" not in errors:
        pytest.skip("this build of MXNet has a thread library that does not tell its settings")
    return dict(re.findall(r"(G?OMP_\w+) = '(.*)'", errors))


def test_one_thread_that_spins_for_a_moment_only_is_the_default() -> None:
    settings = openmp_settings()
    assert settings["OMP_NUM_THREADS"] == "1"
    assert settings["OMP_WAIT_POLICY"] == "PASSIVE"
    # libgomp says PASSIVE even when nobody has chosen, and then spins 300,000 times.
    assert int(settings["GOMP_SPINCOUNT"]) <= 1000


def test_settings_of_the_reader_are_respected() -> None:
    chosen = {"OMP_NUM_THREADS": "2", "OMP_WAIT_POLICY": "ACTIVE", "GOMP_SPINCOUNT": "77"}
    settings = openmp_settings(**chosen)
    assert {name: settings[name] for name in chosen} == chosen


# Names


@pytest.mark.parametrize("name", d2l.__all__)
def test_every_public_name_exists_and_explains_itself(name: str) -> None:
    thing = getattr(d2l, name)
    # A class without a docstring has None of its own, whatever it inherits.
    documentation = vars(thing)["__doc__"] if inspect.isclass(thing) else thing.__doc__
    assert documentation and len(documentation.split()) >= 4
    assert not documentation.startswith(f"{name}("), "Python writes this for a data class"


def test_no_public_name_stands_twice() -> None:
    assert len(set(d2l.__all__)) == len(d2l.__all__)


NAMES_IN_THE_SOURCE_TEXT = [
    "Encoder",
    "Decoder",
    "EncoderDecoder",
    "Seq2SeqEncoder",
    "Seq2SeqDecoder",
    "Seq2SeqAttentionDecoder",
    "MLPAttention",
    "DotProductAttention",
    "masked_softmax",
    "MaskedSoftmaxCELoss",
    "load_data_nmt",
    "train_s2s_ch9",
    "predict_s2s_ch9",
    "try_gpu",
    "Vocab",
]


@pytest.mark.parametrize("name", NAMES_IN_THE_SOURCE_TEXT)
def test_the_names_in_the_source_text_exist(name: str) -> None:
    assert name in d2l.__all__ and callable(getattr(d2l, name))


def test_an_old_name_is_another_name_for_the_clear_one() -> None:
    assert d2l.MLPAttention is d2l.AdditiveAttention
    assert d2l.load_data_nmt is d2l.load_translation_data
    assert d2l.train_s2s_ch9 is d2l.train_seq2seq


# Modules


@pytest.mark.parametrize("name", MODULES)
def test_no_module_is_too_long_to_be_read_in_one_go(name: str) -> None:
    num_lines = len(MODULES[name].read_text("utf-8").splitlines())
    # The grammar's modules are mostly tables of words and rules.
    assert num_lines <= (450 if ".grammar." in name else 300)


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is_for(name: str) -> None:
    assert ast.get_docstring(ast.parse(MODULES[name].read_text("utf-8")))


def imports(name: str) -> set[str]:
    """Return the full names of all modules that a module of the package imports, anywhere in it."""
    found = set()
    package = name if MODULES[name].stem == "__init__" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(MODULES[name].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), package)
            inner = {f"{base}.{alias.name}" for alias in node.names} & MODULES.keys()
            found |= inner or {base}
    return found


DIRECT = {name: imports(name) & MODULES.keys() for name in MODULES}


def known_to(name: str) -> set[str]:
    """Return the modules of the package that a module needs, directly or through others."""
    known: set[str] = set()
    to_visit = [name]
    while to_visit:
        new = DIRECT[to_visit.pop()] - known
        known |= new
        to_visit += new
    return known


# Each module knows those of its own layer and of the layers before it. A new one needs a place.
LAYERS = [
    ["checks", "download", "corpus", "data", "grammar", "attention", "graph", "multi_head", "plot"],
    ["loss", "optimizer", "encoder_decoder", "recurrent", "unrolled", "seq2seq", "transformer"],
    ["training"],
    ["prediction", "decoding", "evaluation", "translation"],
    ["explorer_view", "explorer_picture", "explorer"],
    ["comparison"],
    ["exercises"],
]
LAYER = {module: number for number, modules in enumerate(LAYERS) for module in modules}


def top(names: set[str]) -> set[str]:
    """Return the modules and subpackages right below d2l_local that hold these modules."""
    return {name.split(".")[1] for name in names if "." in name}


def test_the_imports_of_the_package_are_found() -> None:
    assert {"attention", "recurrent", "checks"} <= top(known_to("d2l_local.seq2seq"))
    assert {"loss", "plot"} <= top(DIRECT["d2l_local.training"])


def test_every_module_has_a_layer() -> None:
    assert top(set(MODULES)) <= LAYER.keys()


def test_no_two_modules_need_each_other() -> None:
    tuple(TopologicalSorter(DIRECT).static_order())  # raises CycleError


@pytest.mark.parametrize("name", sorted(MODULES.keys() - {"d2l_local"}))
def test_dependencies_run_one_way(name: str) -> None:
    known = known_to(name)
    assert "d2l_local" not in known, "the package imports the module, not the other way round"
    (own,) = top({name})
    assert {module for module in top(known) if LAYER[module] > LAYER[own]} == set()


@pytest.mark.parametrize("name", ["attention", "multi_head", *LAYERS[1], *LAYERS[2]])
def test_models_and_training_know_nothing_of_the_data(name: str) -> None:
    assert not top(known_to(f"d2l_local.{name}")) & {"corpus", "data", "download", "grammar"}


def test_training_takes_any_model() -> None:
    known = top(known_to("d2l_local.training"))
    assert not known & {"encoder_decoder", "recurrent", "unrolled", "seq2seq", "transformer"}


@pytest.mark.parametrize("name", MODULES)
def test_no_module_knows_of_notebooks_or_tests(name: str) -> None:
    outside = {"notebooks", "tests", "tools", "jupytext", "nbformat", "nbclient", "nbval"}
    assert not {full.split(".")[0] for full in imports(name)} & outside


@pytest.mark.parametrize("name", MODULES)
def test_whatever_a_module_imports_is_a_declared_requirement(name: str) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    available = {canonicalize_name(Requirement(r).name) for r in declared["dependencies"]}
    packages = {full.split(".")[0] for full in imports(name)} - {"d2l_local"}
    third_party = {canonicalize_name(p) for p in packages - sys.stdlib_module_names}
    assert third_party <= available


def test_the_phrase_book_is_inside_the_package() -> None:
    folder = resources.files("d2l_local") / "phrasebook"
    assert Path(str(folder)).parent == Path(d2l.__file__).parent
    for name in ("eng-fra.tsv", "README.md", "LICENSE"):
        assert (folder / name).is_file(), name
