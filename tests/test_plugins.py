import sys
from pathlib import Path

import pytest

from builder import plugins
from builder.errors import ConfigError

GROUP = "briefpress.engines"
BUILTIN = {"first": "builtins:dict", "second": "builtins:list"}


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A distribution on the path that brings one good plug-in, one broken one, and one with a taken name."""
    info = tmp_path / "example_plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: example-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        f"[{GROUP}]\nbrought = example_plugin:made\nfirst = example_plugin:made\n"
        "broken = example_plugin_broken:made\n"
    )
    (tmp_path / "example_plugin.py").write_text("made = 42\n")
    (tmp_path / "example_plugin_broken.py").write_text("raise RuntimeError('no such voice')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("example_plugin", "example_plugin_broken"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path


def test_built_in_is_loaded_by_name() -> None:
    assert plugins.load(GROUP, "second", BUILTIN) is list


def test_plug_in_is_loaded_beside_the_built_in(installed: Path) -> None:
    assert plugins.load(GROUP, "brought", BUILTIN) == 42
    assert plugins.names(GROUP, BUILTIN) == ("first", "second", "broken", "brought")


def test_plug_in_cannot_take_a_built_in_name(installed: Path) -> None:
    assert plugins.load(GROUP, "first", BUILTIN) is dict


def test_broken_plug_in_is_named_with_its_reason(installed: Path) -> None:
    with pytest.raises(ConfigError, match=r"'broken' .*no such voice"):
        plugins.load(GROUP, "broken", BUILTIN)


@pytest.mark.parametrize(
    ("name", "hint"), [("secnd", "Did you mean 'second'?"), ("zzz", "There is: first, second.")]
)
def test_unknown_name_gets_advice(name: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        plugins.load("briefpress.nothing", name, BUILTIN)
    assert hint in caught.value.hint
