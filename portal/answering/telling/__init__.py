"""Facts → sentences: the answer first, in plain words; then what shows it, where it is from, what to be careful about."""

from importlib import import_module
from pkgutil import iter_modules

from portal.answering.telling.dispatch import tell

# Each module registers the facts it tells.
for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["tell"]
