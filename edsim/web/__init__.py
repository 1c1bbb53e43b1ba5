"""``edsim serve``: local pages over finished runs, a portfolio, and new runs.

================  ==========================================================================
module            what it does
================  ==========================================================================
`settings`        what a server may do, and its secrets
`guard`           who may ask: host, token, origin, size; headers of every answer
`library`         the runs of a folder, found anew when it changes
`filters`         filters of the list of runs, `uploads` cases read or refused
`jobs`            one run at a time in a process of its own (`child`), `starting` its pages
`views`           what pages show, `public` what citizens may see
`portfolio_page`  the runs added up, `packing` a run as an archive, `words` of the pages
`pages`           addresses and answers
`server`          the socket, `head_timeout` for who says nothing
================  ==========================================================================
"""

from typing import TYPE_CHECKING

from edsim.core.lazy import lazy_names

if TYPE_CHECKING:
    from edsim.web.pages import create_app
    from edsim.web.server import Server
    from edsim.web.settings import Settings

__all__ = ["Server", "Settings", "create_app"]

_HOMES = {"Server": "server", "Settings": "settings", "create_app": "pages"}

__getattr__ = lazy_names(__name__, _HOMES)
