"""Finding plugins: built in or installed, and each way in which one is refused, with its name and what to do."""

import sys
import textwrap
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

import pytest

import extractors
from pipeline.catalog import load_catalog
from pipeline.errors import PluginRefused
from pipeline.plugins import implementations, load_plugins
from tests.plugin_packages import forget, lay_out

BUILT_IN = sorted(f"extractors.{file.stem}" for file in Path(extractors.__file__).parent.glob("[!_]*.py"))
GOOD = """
    import pluggy

    hookimpl = pluggy.HookimplMarker("product_ocr")

    SCHEMA = {
        "title": "Toy",
        "description": "Toys and games.",
        "type": "object",
        "properties": {
            "minimum_age": {"type": "integer", "minimum": 0},
            "gtin": {"$ref": "product.json#/$defs/gtin"},
            "maker": {"$ref": "#/$defs/maker"},
        },
        "$defs": {"maker": {"type": "string", "minLength": 1}},
    }

    @hookimpl
    def register_extractors(register):
        register("acme_toy", schema=SCHEMA, prompt="# This photo: $title\\n\\nAges stand in a corner.", check=check)

    @hookimpl
    def choose_category(upload):
        return "acme_toy" if upload.endswith(".toy.jpg") else None

    def check(product):
        if product["specifications"].get("minimum_age", 0) > 99:
            yield {"path": "specifications.minimum_age", "message": "nobody is that old", "severity": "warning"}
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Installs a package as pip lays it out: a module, and a dist-info with its entry point."""
    monkeypatch.syspath_prepend(str(tmp_path))
    made = []

    def install(module, source, name=None):
        lay_out(tmp_path, module, source, name)
        made.append(module)

    yield install
    for module in made:
        forget(module)


def refusal(*, catalog=False):
    with pytest.raises(PluginRefused) as caught:
        load_catalog(load_plugins()) if catalog else load_plugins()
    return str(caught.value)


def test_the_built_in_extractors_are_found_by_being_there():
    """Each module of extractors/ is a plugin under its own name; nothing else is registered unasked."""
    installed = [entry_point.name for entry_point in entry_points(group="product_ocr")]
    assert sorted(name for name, _ in load_plugins().list_name_plugin()) == sorted(BUILT_IN + installed)


def test_an_installed_package_brings_a_category(install):
    """A pip-installed plugin that imports nothing but pluggy registers, and its schema, prompt, check and hook work."""
    install("acme_toys", GOOD)
    plugins = load_plugins()
    toy = load_catalog(plugins)["acme_toy"]
    imported = {value.__name__ for value in vars(sys.modules["acme_toys"]).values() if isinstance(value, ModuleType)}
    assert imported == {"pluggy"}
    assert toy.description == "Toys and games."
    assert "Ages stand in a corner." in toy.prompt
    assert "# This photo: Toy" in toy.prompt
    assert toy.tool["name"] == "record_acme_toy"
    product = {"specifications": {"minimum_age": 100, "gtin": "2012345678903", "maker": "Acme"}}
    assert list(toy.validator.iter_errors(product)) == []
    assert [found["message"] for found in toy.check(product)] == ["nobody is that old"]
    product["specifications"] |= {"gtin": "1", "maker": ""}
    assert len(list(toy.validator.iter_errors(product))) == 2
    assert plugins.hook.choose_category(upload="a.toy.jpg", image=None) == "acme_toy"
    assert plugins.hook.choose_category(upload="a.jpg", image=None) is None


def test_a_module_dropped_into_the_folder_is_found(tmp_path, monkeypatch):
    """A new category is there by its file being there."""
    (tmp_path / "toy.py").write_text(textwrap.dedent(GOOD), encoding="utf-8")
    monkeypatch.setattr(extractors, "__path__", [*extractors.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "extractors.toy", raising=False)
    assert "acme_toy" in load_catalog(load_plugins())


def test_a_package_in_the_folder_is_no_plugin(tmp_path, monkeypatch):
    """What extractors share lies in packages beside them: those are passed over, whatever is in them."""
    (tmp_path / "acme_shared").mkdir()
    (tmp_path / "acme_shared" / "__init__.py").write_text("raise RuntimeError('imported')", encoding="utf-8")
    monkeypatch.setattr(extractors, "__path__", [*extractors.__path__, str(tmp_path)])
    assert sorted(name for name, _ in load_plugins().list_name_plugin() if name.startswith("extractors.")) == BUILT_IN


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import no_such_library", ["can't be imported", "ModuleNotFoundError", "no_such_library"]),
        ("raise ValueError('already registered')", ["can't be imported", "already registered"]),
        ("def broken(:", ["can't be imported", "SyntaxError"]),
        ("x = 1", ["implements no hook", 'pluggy.HookimplMarker("product_ocr")']),
        ("def register_extractors(register): pass", ["implements no hook"]),
        (
            "import pluggy\n@pluggy.HookimplMarker('product-ocr')\ndef register_extractors(register): pass",
            ["implements no hook"],
        ),
        (
            "import pluggy\n@pluggy.HookimplMarker('product_ocr')\ndef register_extractor(register): pass",
            ["acme_broken.py): there is no hook register_extractor. Is register_extractors meant? There are"],
        ),
        (
            "import pluggy\n@pluggy.HookimplMarker('product_ocr')\ndef choose_category(photo): pass",
            ["acme_broken.py): choose_category has upload, image, but no photo."],
        ),
        (
            "import pluggy\n@pluggy.HookimplMarker('product_ocr')(wrapper=True)\ndef image_finished(outcome): pass",
            ["acme_broken.py): image_finished is a wrapper, but each function is called by itself", "Unmark it."],
        ),
    ],
)
def test_a_plugin_that_is_no_plugin_is_refused_by_name(install, source, words):
    """What can't be imported, marks nothing or misspells a hook or its arguments is refused by name, with the way."""
    install("acme_broken", source)
    said = refusal()
    assert said.startswith("Plugin acme_broken of package acme_broken")
    assert all(word in said for word in words), said


@pytest.mark.parametrize(
    ("mark", "order"),
    [
        ("", ["acme_installed", "extractors.acme_dropped"]),
        ("tryfirst=True", ["extractors.acme_dropped", "acme_installed"]),
    ],
)
def test_installed_plugins_are_asked_first(install, tmp_path, monkeypatch, mark, order):
    """An installed plugin is asked before those in extractors/, unless one of them is marked to go first."""
    source = "import pluggy\n@pluggy.HookimplMarker('product_ocr')({})\ndef image_finished(outcome): pass"
    (tmp_path / "built_in").mkdir()
    (tmp_path / "built_in" / "acme_dropped.py").write_text(source.format(mark), encoding="utf-8")
    monkeypatch.setattr(extractors, "__path__", [*extractors.__path__, str(tmp_path / "built_in")])
    forget("extractors.acme_dropped")
    install("acme_installed", source.format(""))
    asked = [name for name, _ in implementations(load_plugins(), "image_finished")]
    assert [name for name in asked if "acme" in name] == order


def test_two_plugins_of_one_name_are_refused(install):
    """A name that is taken is refused, where pluggy alone would pass the second plugin over in silence."""
    install("acme_toys", GOOD, name="extractors.book")
    assert refusal().startswith("Plugin extractors.book of package acme_toys: another plugin has this name already")


@pytest.mark.parametrize("group", ["product-ocr", "product.ocr", "Product_OCR"])
def test_a_misspelt_group_is_refused(install, tmp_path, group):
    """An entry point whose group is almost ours would be passed over: its package is named, and the right group."""
    install("acme_toys", GOOD)
    info = tmp_path / "acme_toys-1.0.dist-info"
    (info / "entry_points.txt").write_text(f"[{group}]\nacme_toys = acme_toys\n", encoding="utf-8")
    said = refusal()
    assert said.startswith(f"Plugin acme_toys of package acme_toys is in the group {group}. The group ")
    assert "product_ocr: mend its pyproject.toml" in said


def test_one_module_under_two_names_is_refused(install, tmp_path):
    """A package that registers the same module twice is told under which name it is here already."""
    install("acme_toys", GOOD)
    info = tmp_path / "acme_toys-1.0.dist-info"
    (info / "entry_points.txt").write_text("[product_ocr]\nfirst = acme_toys\nsecond = acme_toys\n", encoding="utf-8")
    assert "Plugin second of package acme_toys is registered as first already" in refusal()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("register('toy')", ["register takes category, and by their names schema, prompt and check", "'schema'."]),
        ("register('toy', schema={}, prompt='x', chek=1)", ["register takes category", "'chek'."]),
        ("register('toy', {}, 'x')", ["register takes category, and by their names", "too many positional"]),
        ("pass", ["registers nothing. Call register(category, schema=..., prompt=...), or take the function away."]),
        ("1 / 0", ["register_extractors fails", "ZeroDivisionError", "Mend it, or remove it"]),
        (
            "register('book', schema={}, prompt='x')",
            ["Category 'book' is registered already, by extractors.book. Rename it"],
        ),
    ],
)
def test_a_plugin_whose_registering_fails_is_refused_by_name(install, call, words):
    """Whatever a plugin's own code does wrong while it registers, the sentence begins with the plugin."""
    source = "import pluggy\n@pluggy.HookimplMarker('product_ocr')\ndef register_extractors(register): " + call
    install("acme_broken", source)
    said = refusal(catalog=True)
    assert said.startswith("Plugin acme_broken: ")
    assert all(word in said for word in words), said
