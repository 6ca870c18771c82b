import pytest
from made_up import HARBOUR

from builder.errors import ConfigError
from builder.model import Profile
from builder.summary import engine


def test_built_in_engine_is_found_by_its_name() -> None:
    found = engine.load("extract")
    assert found.name == "extract/2"
    assert found.summarise(HARBOUR, Profile()).by == found.name
    assert engine.names()[0] == "extract"


def test_unknown_engine_is_a_fault_of_the_config_with_advice() -> None:
    with pytest.raises(ConfigError) as caught:
        engine.load("extrakt")
    assert "'extract'" in caught.value.hint


def test_what_is_no_engine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engine.BUILTIN, "odd", "builtins:dict")
    with pytest.raises(ConfigError, match="not a summary engine"):
        engine.load("odd")
