"""The walls that import-linter cannot see. A detector is shown a breach before it is believed."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
CONTRACTS = {contract["id"]: contract for contract in SETTINGS["importlinter"]["contracts"]}

# What no page of the public application may have in its memory, whether it is built already or not.
CLOSED_TO_THE_PUBLIC = (
    "geo.cli",
    "geo.evidence.check",
    "geo.evidence.deliver",
    "geo.evidence.signing",
    "geo.examine",
    "geo.imports",
    "geo.intake",
    "geo.pipeline",
    "geo.register",
    "geo.release.privacy",
    "geo.release.tiles.write",
    "geo.release.write",
    "webmap.cli",
    "webmap.desk",
    "webmap.serving",
)


def _modules(*packages: str) -> dict[str, Path]:
    """Dotted name -> file, of every module of ours below these packages."""
    found = {}
    for package in packages:
        for path in sorted(ROOT.joinpath(*package.split(".")).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def _under(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


# --- the list of pure rooms is whole ------------------------------------------------------------


def _ground() -> set[str]:
    lowest = CONTRACTS["floors"]["layers"][-1]
    named = {f"geo.{room.strip(' ()')}" for room in lowest.split(":")}
    return {name for name in named if name in _modules("geo")}


def test_every_room_of_the_ground_is_under_the_contract_of_the_pure() -> None:
    pure = _ground() | {"geo.analysis", "geo.normalise", "geo.release.privacy"}
    listed = set(CONTRACTS["pure"]["source_modules"])
    assert listed == pure, "pyproject.toml: name the same rooms in the contracts floors and pure"


def test_the_public_application_is_kept_from_every_closed_room_that_is_built() -> None:
    built = {name for name in CLOSED_TO_THE_PUBLIC if name in _modules("geo", "webmap")}
    listed = set(CONTRACTS["public"]["forbidden_modules"])
    assert listed == built, "pyproject.toml: the contract public names each closed room once built"


# --- a package's __init__ carries nobody through a wall -----------------------------------------


def _only_a_docstring(tree: ast.Module) -> bool:
    return len(tree.body) == 1 and ast.get_docstring(tree) is not None


def test_an_init_of_geo_holds_a_docstring_and_nothing_else() -> None:
    assert not _only_a_docstring(ast.parse('"""Doc."""\nfrom geo.intake import read'))
    assert not _only_a_docstring(ast.parse(""))
    inits = [path for path in _modules("geo").values() if path.name == "__init__.py"]
    assert inits
    assert [str(path) for path in inits if not _only_a_docstring(_tree(path))] == []


def test_every_folder_of_code_is_a_package() -> None:
    """A folder without __init__.py is seen neither by import-linter nor by mypy."""
    folders = {path.parent for path in [*_modules("geo", "webmap").values()]}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


# --- what the public application has in memory --------------------------------------------------


def _loaded_by(*names: str) -> set[str]:
    """The modules of ours that a fresh interpreter holds after importing these."""
    program = (
        "import importlib, json, sys\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
        "json.dump([m for m in sys.modules if m.split('.')[0] in ('geo', 'webmap')], sys.stdout)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def test_a_fresh_interpreter_tells_what_was_loaded() -> None:
    assert {"geo.intake", "geo"} <= _loaded_by("geo.intake")


def test_the_public_application_never_holds_the_rooms_that_could_show_more() -> None:
    pages = [name for name in _modules("webmap.public") if not name.endswith("__main__")]
    loaded = _loaded_by(*pages)
    assert set(pages) <= loaded
    assert sorted(name for name in loaded if _under(name, CLOSED_TO_THE_PUBLIC)) == []


# --- pure rooms are pure, and one room reads the clock ------------------------------------------

_DISK = re.compile(
    r"(read|to|from|open|load|save|scan|write)_(csv|excel|feather|file|geo_parquet|gpkg|hdf|orc|"
    r"parquet|pickle|postgis|sql|sql_query|stata|table|xml|bytes|text|fwf|html)|(from|to)file|"
    r"savetxt|loadtxt|genfromtxt|urlopen|urlretrieve|list_layers|list_drivers|memmap"
)
# These give back a text or bytes when they are given no place to write to.
_TEXT_WITHOUT_PLACE = frozenset({"to_csv", "to_html", "to_xml"})
_CLOCK = {
    "datetime": {"now", "today", "utcnow"},
    "date": {"today"},
    "Timestamp": {"now", "today", "utcnow"},
    "time": {"time", "time_ns", "localtime", "gmtime", "strftime"},
}
_ENVIRONMENT = {"environ", "environb", "getenv", "putenv"}
_BUILTINS = frozenset({"open", "exec", "eval", "compile", "input", "print", "__import__"})


def _reaches(tree: ast.Module) -> Iterator[str]:
    """Calls by which a room would touch the disk."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in _BUILTINS:
            yield f"line {node.lineno}: {node.func.id}()"
        if isinstance(node.func, ast.Attribute) and _DISK.fullmatch(node.func.attr):
            if node.func.attr in _TEXT_WITHOUT_PLACE and not node.args:
                continue
            yield f"line {node.lineno}: .{node.func.attr}()"


def _reads_the_machine(tree: ast.Module) -> Iterator[str]:
    """Uses of the clock or of the environment."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            of = node.value
            owner = of.attr if isinstance(of, ast.Attribute) else getattr(of, "id", "")
            if node.attr in _CLOCK.get(owner, set()) | _ENVIRONMENT:
                yield f"line {node.lineno}: {owner}.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and node.module in {"os", "time"}:
            told = _ENVIRONMENT | _CLOCK["time"]
            yield from (f"line {node.lineno}: {a.name}" for a in node.names if a.name in told)


@pytest.mark.parametrize(
    "line",
    [
        "open('a')",
        "gpd.read_file('a')",
        "frame.to_file('a')",
        "frame.to_csv('a')",
        "Path('a').read_text()",
        "np.fromfile('a')",
        "gpd.GeoDataFrame.from_file('a')",
        "eval('1')",
    ],
)
def test_a_pure_room_that_reads_or_writes_would_be_found(line: str) -> None:
    assert list(_reaches(ast.parse(line)))


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now(UTC)",
        "clock = datetime.datetime.now",
        "pd.Timestamp.today()",
        "os.environ['HOME']",
        "from os import environ",
        "time.time()",
        "from time import time",
    ],
)
def test_a_room_that_reads_clock_or_environment_would_be_found(line: str) -> None:
    assert list(_reads_the_machine(ast.parse(line)))


def test_a_pure_room_touches_no_disk() -> None:
    pure = tuple(CONTRACTS["pure"]["source_modules"])
    rooms = {name: path for name, path in _modules("geo").items() if _under(name, pure)}
    assert len(rooms) >= len(pure)
    found = {name: list(_reaches(_tree(path))) for name, path in rooms.items()}
    assert {name: places for name, places in found.items() if places} == {}


def test_only_home_reads_the_clock_and_the_environment() -> None:
    rooms = {n: p for n, p in _modules("geo", "webmap").items() if n != "geo.home"}
    found = {name: list(_reads_the_machine(_tree(path))) for name, path in rooms.items()}
    assert {name: places for name, places in found.items() if places} == {}


# --- a stage is never changed -------------------------------------------------------------------


def _changes_a_stage(tree: ast.Module) -> Iterator[str]:
    """`stage.frame[x] = …`, `del stage.frame[x]`, `.loc[…] =` on it, and anything kept in attrs."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "attrs":
            yield f"line {node.lineno}: .attrs"
        if not isinstance(node, ast.Subscript) or isinstance(node.ctx, ast.Load):
            continue
        inner = node.value
        while isinstance(inner, ast.Attribute) and inner.attr in {"loc", "iloc", "at", "iat"}:
            inner = inner.value
        if isinstance(inner, ast.Attribute) and inner.attr in {"frame", "flags", "deeds"}:
            yield f"line {node.lineno}: .{inner.attr}[…] ="


def test_no_room_writes_into_the_frame_of_a_stage() -> None:
    for breach in (
        "layer.frame['a'] = 1",
        "self.layer.frame.loc[mask, 'a'] = 1",
        "del flagged.flags['a']",
        "layer.frame['a'] += 1",
        "frame.attrs['crs'] = 1",
    ):
        assert list(_changes_a_stage(ast.parse(breach))), breach
    found = {
        name: list(_changes_a_stage(_tree(path)))
        for name, path in _modules("geo", "webmap").items()
    }
    assert {name: places for name, places in found.items() if places} == {}


# --- names --------------------------------------------------------------------------------------

_NO_NAMES = re.compile(r"_?(utils?|helpers?|commons?|base|misc|tools?)\d*", re.IGNORECASE)

TOP_LEVEL = frozenset(
    {"geo", "webmap", "data", "tests", "Makefile", "pyproject.toml", "README.md", "LICENSE"}
    | {"package.json", "package-lock.json", "requirements.lock"}
    | {"setup.in", "setup.lock", "node.in", "node.lock"}
)


def _nameless(path: Path) -> bool:
    return any(_NO_NAMES.fullmatch(part) for part in path.with_suffix("").parts)


def test_every_room_is_named_for_what_it_does() -> None:
    assert _nameless(Path("geo/utils.py"))
    assert _nameless(Path("geo/helpers/dates.py"))
    assert not _nameless(Path("geo/analysis/rulebook.py"))
    paths = [path for top in ("geo", "webmap", "tests") for path in (ROOT / top).rglob("*.py")]
    rooms = [path.relative_to(ROOT) for path in paths]
    assert [str(room) for room in rooms if _nameless(room)] == []


def test_the_top_level_is_fixed(committed: tuple[Path, ...]) -> None:
    tops = {path.parts[0] for path in committed}
    assert {top for top in tops if not top.startswith(".")} <= TOP_LEVEL


# --- locks --------------------------------------------------------------------------------------


def test_a_python_lock_has_a_hash_for_every_package_and_no_address() -> None:
    locks = sorted(ROOT.glob("*.lock"))
    assert {lock.name for lock in locks} == {"requirements.lock", "setup.lock", "node.lock"}
    for lock in locks:
        text = lock.read_text("utf-8")
        assert "://" not in text, lock.name
        packages = re.findall(
            r"^[a-z0-9].*(?:\n +--hash=sha256:[0-9a-f]{64}.*)*", text, re.MULTILINE
        )
        assert packages
        assert [p for p in packages if "==" not in p or "--hash" not in p] == [], lock.name


def test_the_browser_lock_has_a_hash_for_every_package_and_no_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert {"node_modules/leaflet", "node_modules/axe-core"} <= set(packages)
    assert [
        n for n, e in packages.items() if not e.get("integrity", "").startswith("sha512-")
    ] == []
    assert "://" not in json.dumps(lock)


def test_the_browser_libraries_are_wanted_in_one_version_each() -> None:
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))
    versions = wanted["dependencies"] | wanted["devDependencies"]
    assert [n for n, v in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", v)] == []
