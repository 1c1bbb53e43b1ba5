"""Where to lay pipes and whom to connect, with a verified gap."""

from edsim.core.lazy import lazy_names

__getattr__ = lazy_names(__name__, {"route": "search"})
