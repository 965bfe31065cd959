"""Finding the plugins: the modules of `extractors/`, and installed packages with an entry point in `product_ocr`."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from inspect import signature
from typing import Any

import pluggy

import extractors
from pipeline import hookspecs
from pipeline.errors import PluginRefused


def load_plugins() -> pluggy.PluginManager:
    """Every plugin, built in or installed, registered under a name of its own.

    Raises PluginRefused, with a sentence that says which plugin and what to do, for one that can't be imported, that is
    there twice, or that implements no hook, one that doesn't exist, or one with other arguments.
    """
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    for module in pkgutil.iter_modules(extractors.__path__, "extractors."):
        if not module.ispkg:  # a package, such as extractors/checks, is what extractors share
            _register(manager, module.name, partial(importlib.import_module, module.name))
    found = entry_points()
    for entry_point in found.select(group=hookspecs.PROJECT):
        _register(manager, entry_point.name, entry_point.load, _package(entry_point))
    for group in found.groups - {hookspecs.PROJECT}:
        if re.sub(r"\W", "_", group).casefold() == hookspecs.PROJECT:
            [misspelt, *_] = found.select(group=group)
            raise PluginRefused(
                f"Plugin {misspelt.name}{_package(misspelt)} is in the group {group}. The group of the entry point is "
                f"{hookspecs.PROJECT}: mend its pyproject.toml, and install it again."
            )
    return manager


def _package(entry_point: EntryPoint) -> str:
    return f" of package {entry_point.dist.name}" if entry_point.dist else ""


def implementations(plugins: pluggy.PluginManager, hook: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Each plugin's own function for a hook, in pluggy's order, by the plugin's name.

    Called one by one, as at a call of the hook the first that raises would silence the others.
    """
    for found in reversed(getattr(plugins.hook, hook).get_hookimpls()):
        yield found.plugin_name, partial(_called, found)


def _called(found: Any, **given: Any) -> Any:
    return found.function(*(given[name] for name in found.argnames))


def _register(manager: pluggy.PluginManager, name: str, load: Callable[[], object], origin: str = "") -> None:
    where = f"Plugin {name}{origin}"
    try:
        plugin = load()
    except Exception as error:  # a plugin may raise anything while it's imported; the service can't start without it
        raise PluginRefused(
            f"{where} can't be imported: {type(error).__name__}: {error}. Mend it, or remove it."
        ) from error
    if manager.has_plugin(name):
        raise PluginRefused(f"{where}: another plugin has this name already. Rename its entry point.")
    if manager.is_registered(plugin):
        raise PluginRefused(f"{where} is registered as {manager.get_name(plugin)} already. Remove one of the two.")
    if file := getattr(plugin, "__file__", None):
        where = f"{where} ({file})"
    if misfit := _misfit(manager, plugin, name):
        raise PluginRefused(f"{where}: {misfit}")
    manager.register(plugin, name)
    if not manager.get_hookcallers(plugin):
        raise PluginRefused(
            f'{where} implements no hook. Mark its functions with pluggy.HookimplMarker("{hookspecs.PROJECT}").'
        )


def _misfit(manager: pluggy.PluginManager, plugin: object, plugin_name: str) -> str | None:
    """What keeps one of the plugin's functions from being called, in words shorter than pluggy's; None if nothing."""
    hooks = [name for name in dir(hookspecs) if manager.parse_hookspec_opts(hookspecs, name) is not None]
    for attribute in dir(plugin):
        marks = manager.parse_hookimpl_opts(plugin, attribute)
        if marks is None:
            continue
        hook = marks.get("specname") or attribute
        if hook not in hooks:
            alike = "".join(f" Is {name} meant?" for name in get_close_matches(hook, hooks, 1))
            return f"there is no hook {hook}.{alike} There are {', '.join(hooks)}."
        if marks["wrapper"] or marks["hookwrapper"]:
            return f"{hook} is a wrapper, but each function is called by itself: there's nothing to wrap. Unmark it."
        known = signature(getattr(hookspecs, hook)).parameters
        taken = pluggy.HookImpl(plugin, plugin_name, getattr(plugin, attribute), marks).argnames
        if unknown := [argument for argument in taken if argument not in known]:
            return f"{hook} has {', '.join(known)}, but no {', '.join(unknown)}."
    return None
